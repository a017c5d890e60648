package io.turnstone.node.transport.stream;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;

/** A server's certificate and key as they are now. Any thread asks for the context; one at a time refreshes. */
final class TlsIdentity {
    /** RFC 9325 §3.1.1: nothing older. */
    static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    private final TlsFiles files;
    private byte[] chainSeen;
    private byte[] keySeen;
    private volatile SslContext context;

    /** @throws IOException if the files cannot be used, in one line that names one of them */
    TlsIdentity(TlsFiles files) throws IOException {
        this.files = files;
        chainSeen = Files.readAllBytes(files.certificateChain());
        keySeen = Files.readAllBytes(files.privateKey());
        context = load(files, chainSeen, keySeen);
    }

    SslContext context() {
        return context;
    }

    TlsFiles files() {
        return files;
    }

    /**
     * Looks at the files, and takes what they hold if it has changed. New connections have it, others stay as they are.
     *
     * @return whether it had changed
     * @throws IOException if what they hold now cannot be used, once for each content; the former stays in use
     */
    boolean refresh() throws IOException {
        byte[] chain = Files.readAllBytes(files.certificateChain());
        byte[] key = Files.readAllBytes(files.privateKey());
        if (Arrays.equals(chain, chainSeen) && Arrays.equals(key, keySeen)) {
            return false;
        }
        chainSeen = chain;
        keySeen = key;
        context = load(files, chain, key);
        return true;
    }

    private static SslContext load(TlsFiles files, byte[] chain, byte[] key) throws IOException {
        X509Certificate[] certificates;
        try {
            certificates = PemFiles.certificates(chain);
        } catch (GeneralSecurityException unusable) {
            throw PemFiles.unusable(files.certificateChain(), unusable);
        }
        try {
            PrivateKey privateKey = PemFiles.privateKey(key, certificates[0]);
            return SslContextBuilder.forServer(privateKey, certificates)
                .sslProvider(SslProvider.JDK)
                .protocols(PROTOCOLS)
                .build();
        } catch (GeneralSecurityException | IllegalArgumentException unusable) {
            throw PemFiles.unusable(files.privateKey(), unusable);
        }
    }
}
