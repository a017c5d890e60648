package io.turnstone.node.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Answers digest challenges as a browser library does, written from RFC 7616 apart from the code under test. */
public final class DigestClient {
    private final String username;
    private final String password;
    private final String algorithm;

    /** @param algorithm {@code MD5} or {@code SHA-256} */
    public DigestClient(String username, String password, String algorithm) {
        this.username = username;
        this.password = password;
        this.algorithm = algorithm;
    }

    /** The value of (Proxy-)Authorization with qop. */
    public String answer(String challenge, String method, String uri, int nonceCount) {
        String nonce = parameter(challenge, "nonce");
        String realm = parameter(challenge, "realm");
        String nc = String.format(Locale.ROOT, "%08x", nonceCount);
        String response = hash(
            hash(username + ':' + realm + ':' + password) + ':' + nonce + ':' + nc + ":c0ffee:auth:"
                + hash(method + ':' + uri));
        return credentials(realm, nonce, uri, response) + ", qop=auth, cnonce=\"c0ffee\", nc=" + nc;
    }

    /** The value as RFC 2617 lets old clients write it, without qop. */
    public String answerWithoutQop(String challenge, String method, String uri) {
        String nonce = parameter(challenge, "nonce");
        String realm = parameter(challenge, "realm");
        String response = hash(
            hash(username + ':' + realm + ':' + password) + ':' + nonce + ':' + hash(method + ':' + uri));
        return credentials(realm, nonce, uri, response);
    }

    private String credentials(String realm, String nonce, String uri, String response) {
        return "Digest username=\"" + username + "\", realm=\"" + realm + "\", nonce=\"" + nonce + "\", uri=\"" + uri
            + "\", response=\"" + response + "\", algorithm=" + algorithm;
    }

    static String parameter(String challenge, String name) {
        Matcher matcher = Pattern.compile("[ ,]" + name + "=\"([^\"]*)\"").matcher(challenge);
        if (!matcher.find()) {
            throw new IllegalArgumentException("no " + name + " in " + challenge);
        }
        return matcher.group(1);
    }

    private String hash(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
