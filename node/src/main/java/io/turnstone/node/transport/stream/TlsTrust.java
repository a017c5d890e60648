package io.turnstone.node.transport.stream;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import org.jspecify.annotations.Nullable;

/** Whom outbound TLS connections believe. Any thread. */
final class TlsTrust {
    private TlsTrust() {}

    /**
     * @param authorities PEM file; null for the JDK's own list
     * @throws IOException if it cannot be used, in one line
     */
    static SslContext load(@Nullable Path authorities) throws IOException {
        SslContextBuilder builder = SslContextBuilder.forClient()
            .sslProvider(SslProvider.JDK)
            .protocols(TlsIdentity.PROTOCOLS)
            .endpointIdentificationAlgorithm("HTTPS");
        if (authorities != null) {
            try {
                builder.trustManager(PemFiles.certificates(Files.readAllBytes(authorities)));
            } catch (CertificateException unusable) {
                throw PemFiles.unusable(authorities, unusable);
            }
        }
        return builder.build();
    }
}
