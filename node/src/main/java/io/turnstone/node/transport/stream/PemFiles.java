package io.turnstone.node.transport.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and keys in PEM (RFC 7468). Any thread. */
final class PemFiles {
    private static final Pattern PKCS8 = Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]*)-----END PRIVATE KEY-----");
    private static final byte[] PROBE = "a key and a certificate that belong together".getBytes(US_ASCII);

    private PemFiles() {}

    /** @throws CertificateException if there is none, or one that cannot be read */
    static X509Certificate[] certificates(byte[] pem) throws CertificateException {
        X509Certificate[] certificates = CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(pem))
            .stream()
            .map(X509Certificate.class::cast)
            .toArray(X509Certificate[]::new);
        if (certificates.length == 0) {
            throw new CertificateException("there is no certificate in it");
        }
        return certificates;
    }

    /**
     * The private key that belongs to a certificate.
     *
     * @throws GeneralSecurityException if there is none, or one that belongs to another certificate, in one line
     */
    static PrivateKey privateKey(byte[] pem, X509Certificate certificate) throws GeneralSecurityException {
        Matcher matcher = PKCS8.matcher(new String(pem, US_ASCII));
        if (!matcher.find()) {
            throw new InvalidKeyException(
                "there is no 'BEGIN PRIVATE KEY' in it; 'openssl pkcs8 -topk8 -nocrypt' makes that of other forms");
        }
        byte[] encoded;
        try {
            encoded = Base64.getMimeDecoder().decode(matcher.group(1));
        } catch (IllegalArgumentException notBase64) {
            throw new InvalidKeyException("the private key is not in base64", notBase64);
        }
        String algorithm = certificate.getPublicKey().getAlgorithm();
        PrivateKey key = KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        requirePair(key, certificate, algorithm);
        return key;
    }

    /** While two files are being replaced, one may be new and the other old. */
    private static void requirePair(PrivateKey key, X509Certificate certificate, String algorithm)
        throws GeneralSecurityException {
        String signing = switch (algorithm) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> algorithm;
        };
        Signature signature = Signature.getInstance(signing);
        signature.initSign(key);
        signature.update(PROBE);
        byte[] signed = signature.sign();
        signature.initVerify(certificate.getPublicKey());
        signature.update(PROBE);
        if (!signature.verify(signed)) {
            throw new InvalidKeyException("the private key does not belong to the certificate");
        }
    }

    /** What a file could not be used for, in one line. */
    static IOException unusable(Object file, Exception cause) {
        return new IOException("cannot use " + file + ": " + cause.getMessage(), cause);
    }
}
