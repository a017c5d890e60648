package io.turnstone.loadtest.signaling;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Answers a challenge by MD5 and {@code qop=auth}, as the libraries of browsers do (RFC 2617 §3.2.2). */
public final class Digest {
    private static final String FIRST_COUNT = "00000001";
    private static final String CLIENT_NONCE = "5f3a1c";

    private Digest() {}

    /**
     * The value of the header field with the credentials.
     *
     * @throws IllegalArgumentException if the challenge lacks a nonce or a realm
     */
    public static String credentials(String challenge, String user, String password, String method, String uri) {
        String nonce = parameter(challenge, "nonce");
        String realm = parameter(challenge, "realm");
        String response = md5(
            md5(user + ":" + realm + ":" + password) + ":" + nonce + ":" + FIRST_COUNT + ":" + CLIENT_NONCE + ":auth:"
                + md5(method + ":" + uri));
        return "Digest username=\"" + user + "\", realm=\"" + realm + "\", nonce=\"" + nonce + "\", uri=\"" + uri
            + "\", response=\"" + response + "\", algorithm=MD5, qop=auth, cnonce=\"" + CLIENT_NONCE + "\", nc="
            + FIRST_COUNT;
    }

    private static String parameter(String challenge, String name) {
        int start = challenge.indexOf(name + "=\"");
        if (start < 0) {
            throw new IllegalArgumentException("no " + name + " in the challenge " + challenge);
        }
        int from = start + name.length() + 2;
        return challenge.substring(from, challenge.indexOf('"', from));
    }

    private static String md5(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }
}
