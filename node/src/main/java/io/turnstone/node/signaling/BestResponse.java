package io.turnstone.node.signaling;

import io.turnstone.protocol.sip.SipHeader;
import io.turnstone.protocol.sip.SipMessage;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The best of the final responses that are no 2xx (RFC 3261 §16.7 steps 6 and 7). One thread. A 6xx is best; else the
 * lowest class counts, in it one that tells the caller what to change, and last one that tells nothing of the callee. All
 * challenges are kept, since the caller has to answer each.
 */
final class BestResponse {
    static final int NONE = 0;

    private static final int CLASS_SIZE = 100;
    private static final int GLOBAL_FAILURE = 6;
    private static final int CHALLENGES_MAX = 16;
    private static final char NUL = 0;
    private static final int WORST = Integer.MAX_VALUE;

    private final UnsafeBuffer message = new UnsafeBuffer(new byte[0]);
    private final List<String> challenges = new ArrayList<>();
    private final List<String> proxyChallenges = new ArrayList<>();
    private int status;
    private int rank = WORST;

    /** 300 to 699, or {@link #NONE}. */
    int status() {
        return status;
    }

    /** The message with that status as it came in; empty if it was none. */
    UnsafeBuffer message() {
        return message;
    }

    /** Challenges of the other responses. */
    List<String> challenges() {
        return challenges;
    }

    List<String> proxyChallenges() {
        return proxyChallenges;
    }

    /** A failure that no message tells of. */
    void offer(int statusCode) {
        if (rank(statusCode) < rank) {
            status = statusCode;
            rank = rank(statusCode);
            message.wrap(new byte[0]);
        }
    }

    /** Takes the response if it is better than the one before. */
    void offer(SipMessage response) {
        int statusCode = response.statusCode();
        boolean better = rank(statusCode) < rank;
        if (!better) {
            keepChallenges(response);
            return;
        }
        status = statusCode;
        rank = rank(statusCode);
        byte[] octets = new byte[response.length()];
        response.buffer().getBytes(0, octets);
        message.wrap(octets);
    }

    private void keepChallenges(SipMessage response) {
        keep(response, SipHeader.WWW_AUTHENTICATE, challenges);
        keep(response, SipHeader.PROXY_AUTHENTICATE, proxyChallenges);
    }

    private static void keep(SipMessage response, SipHeader header, List<String> kept) {
        for (int row = response.first(header); row != SipMessage.NOT_FOUND; row = response.next(row)) {
            String challenge = response.value(row);
            if (kept.size() < CHALLENGES_MAX && challenge.indexOf(NUL) < 0) {
                kept.add(challenge);
            }
        }
    }

    /** The lower the better. */
    private static int rank(int statusCode) {
        int statusClass = statusCode / CLASS_SIZE;
        int inClass = switch (statusCode) {
            case 401, 407, 415, 420, 484 -> 0;
            case 408, 430, 480, 487, 503 -> 2;
            default -> 1;
        };
        return statusClass == GLOBAL_FAILURE ? 0 : statusClass * CLASS_SIZE + inClass;
    }
}
