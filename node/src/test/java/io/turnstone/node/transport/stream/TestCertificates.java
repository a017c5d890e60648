package io.turnstone.node.transport.stream;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/** Certificates that the JDK's keytool signs with themselves. */
final class TestCertificates {
    private static final String PASSWORD = "changeit";
    private static final long TIMEOUT_S = 30;
    private static final Base64.Encoder PEM = Base64.getMimeEncoder(64, new byte[]{'\n'});

    private TestCertificates() {}

    /**
     * Writes {@code NAME-chain.pem} and {@code NAME-key.pem} for localhost and 127.0.0.1.
     *
     * @param algorithm of the key, such as EC
     */
    static TlsFiles make(Path directory, String name, String algorithm) throws Exception {
        Path store = directory.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-alias", "test",
            "-keyalg", algorithm, "-dname", "CN=" + name, "-ext", "SAN=dns:localhost,ip:127.0.0.1", "-validity", "2",
            "-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", PASSWORD)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve(name + ".log").toFile())
            .start();
        try {
            if (!keytool.waitFor(TIMEOUT_S, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                throw new IOException("keytool: " + Files.readString(directory.resolve(name + ".log")));
            }
        } finally {
            keytool.destroyForcibly();
        }
        return export(directory, name, store);
    }

    private static TlsFiles export(Path directory, String name, Path store)
        throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        TlsFiles files = new TlsFiles(directory.resolve(name + "-chain.pem"), directory.resolve(name + "-key.pem"));
        Files.writeString(files.certificateChain(), pem("CERTIFICATE", keys.getCertificate("test").getEncoded()));
        byte[] key = keys.getKey("test", PASSWORD.toCharArray()).getEncoded();
        Files.writeString(files.privateKey(), pem("PRIVATE KEY", key));
        return files;
    }

    private static String pem(String label, byte[] octets) {
        return "-----BEGIN " + label + "-----\n" + PEM.encodeToString(octets) + "\n-----END " + label + "-----\n";
    }
}
