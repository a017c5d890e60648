package io.turnstone.node.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.Predicate;

/**
 * Whose TURN credential it is, and for which call: the part of a REST username behind its expiry. Immutable, any thread.
 *
 * <pre>
 * EXPIRY:USER            1795000000:alice
 * EXPIRY:USER#CALL       1795000000:alice#yM0LI0hAUpqRVmTQ
 * </pre>
 *
 * CALL is the first 12 octets of the SHA-256 of the Call-ID in base64url, so it has always 16 characters, tells nothing of
 * the Call-ID, and whoever has the Call-ID finds all allocations of its call: those whose account ends with it. The account
 * of an allocation is all of USER#CALL, so a limit per account is one per user and call. A user's name has no {@code #}.
 *
 * @param user 1 to 255 octets of UTF-8 without {@code #} and control characters
 * @param callId a SIP Call-ID or any other name of a call; empty for none
 */
public record TurnUser(String user, String callId) {
    private static final char CALL_MARK = '#';
    private static final int USER_OCTETS_MAX = 255;
    private static final int CALL_OCTETS = 12;
    private static final int CALL_CHARACTERS = 16;

    /** @throws IllegalArgumentException if {@link #isName} says no */
    public TurnUser {
        if (!isName(user)) {
            throw new IllegalArgumentException("'" + user + "' is no name of a user with TURN credentials");
        }
    }

    /** Whether a user may be called that. */
    public static boolean isName(String user) {
        return !user.isEmpty()
            && user.getBytes(UTF_8).length <= USER_OCTETS_MAX
            && user.chars().noneMatch(unit -> unit == CALL_MARK || Character.isISOControl(unit));
    }

    /** Under which its allocations are kept and counted. */
    public String account() {
        return callId.isEmpty() ? user : user + CALL_MARK + call(callId);
    }

    /** Whether an account is that of a credential for the call, whoever its user is. */
    public static Predicate<String> ofCall(String callId) {
        String end = markOf(callId);
        return account -> account.endsWith(end);
    }

    /** How the accounts of the call's credentials end: {@code #CALL}. */
    public static String markOf(String callId) {
        return CALL_MARK + call(callId);
    }

    /** The {@code #CALL} that an account ends with; empty if its credential is for no call. */
    public static String markIn(String account) {
        int at = account.length() - CALL_CHARACTERS - 1;
        return at > 0 && account.charAt(at) == CALL_MARK ? account.substring(at) : "";
    }

    /** The first 64 of the 96 bits of a mark; 0 if its characters are none of base64url. */
    static long callNumber(String mark) {
        try {
            return ByteBuffer.wrap(Base64.getUrlDecoder().decode(mark.substring(1))).getLong();
        } catch (IllegalArgumentException noHash) {
            return 0;
        }
    }

    private static String call(String callId) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(callId.getBytes(UTF_8));
            return Base64.getUrlEncoder().encodeToString(Arrays.copyOf(hash, CALL_OCTETS));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every JDK has SHA-256", impossible);
        }
    }
}
