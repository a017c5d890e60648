package io.turnstone.node.transport.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnstone.node.transport.stream.StreamClosure.Cause;
import io.turnstone.protocol.net.TransportAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS and WSS on real sockets, with certificates made here. */
class StreamTlsTest extends StreamsFixture {
    @TempDir
    static Path directory;

    private static TlsFiles first;
    private static TlsFiles second;

    @BeforeAll
    static void makeCertificates() throws Exception {
        first = TestCertificates.make(directory, "first", "EC");
        second = TestCertificates.make(directory, "second", "RSA");
    }

    private static SSLContext trusting(TlsFiles... files) throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        for (TlsFiles each : files) {
            X509Certificate certificate = PemFiles.certificates(Files.readAllBytes(each.certificateChain()))[0];
            trusted.setCertificateEntry(each.toString(), certificate);
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }

    private SSLSocket connect(TransportAddress server, String... protocols)
        throws IOException, GeneralSecurityException {
        SSLSocket socket = closing((SSLSocket) trusting(first, second).getSocketFactory()
            .createSocket(server.ip().toInetAddress(), server.port()));
        socket.setSoTimeout(10_000);
        if (protocols.length > 0) {
            socket.setEnabledProtocols(protocols);
        }
        socket.startHandshake();
        return socket;
    }

    private String certificateOf(TransportAddress server) throws IOException, GeneralSecurityException {
        X509Certificate seen = (X509Certificate) connect(server).getSession().getPeerCertificates()[0];
        return seen.getSubjectX500Principal().getName();
    }

    private TlsFiles copyOfFirst() throws IOException {
        TlsFiles live = new TlsFiles(directory.resolve("live-chain.pem"), directory.resolve("live-key.pem"));
        replace(first.certificateChain(), live.certificateChain());
        replace(first.privateKey(), live.privateKey());
        return live;
    }

    private static void replace(Path from, Path to) throws IOException {
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void shouldServeSecureWebSockets(String protocol) throws Exception {
        Streams streams = start(settings());
        TransportAddress server = streams.listen(
            StreamListener.secureWebSocket(ANY_PORT, first, SUBPROTOCOL), echo);
        RawWebSocket client = closing(new RawWebSocket(connect(server, protocol))).shakeHands();
        assertThat(echo.opened().transport()).isEqualTo(StreamTransport.WSS);
        String message = "x".repeat(50_000);
        client.sendText(message);
        assertThat(client.readText()).isEqualTo(message);
        client.sendFragment(FrameHeader.TEXT, false, new byte[100_000]);
        assertThat(client.readClose()).isEqualTo(StreamClosure.TOO_BIG);
        assertThat(echo.closed().code()).isEqualTo(StreamClosure.TOO_BIG);
    }

    @Test
    void shouldConnectToItself() throws Exception {
        Streams streams = start(settings().withTrustedCertificates(first.certificateChain()));
        TransportAddress server = streams.listen(StreamListener.tls(ANY_PORT, first), echo);
        StreamFlow flow = streams.connect(StreamTarget.tls(server, "localhost"), handler);
        assertThat(handler.opened()).isSameAs(flow);
        assertThat(flow.isOutbound()).isTrue();
        assertThat(flow.remote()).isEqualTo(server);
        assertThat(send(flow, "over TLS")).isTrue();
        assertThat(handler.receivedText()).isEqualTo("over TLS");
        assertThat(echo.opened().remote()).isEqualTo(flow.local());
        flow.close();
        assertThat(handler.closed()).isEqualTo(new StreamClosure(Cause.HERE, 0, ""));
        assertThat(echo.closed()).isEqualTo(new StreamClosure(Cause.PEER, 0, ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sip.example.com", "127.0.0.2"})
    void shouldNotConnectToAnotherNameThanTheCertificateHas(String name) throws Exception {
        Streams streams = start(settings().withTrustedCertificates(first.certificateChain()));
        TransportAddress server = streams.listen(StreamListener.tls(ANY_PORT, first), echo);
        streams.connect(StreamTarget.tls(server, name), handler);
        StreamClosure closure = handler.closed();
        assertThat(closure.cause()).isEqualTo(Cause.CONNECT_FAILED);
        assertThat(closure.detail()).contains(name);
        assertThat(handler.hasOpened()).isFalse();
    }

    @Test
    void shouldNotConnectToWhomItDoesNotTrust() throws Exception {
        Streams streams = start(settings().withTrustedCertificates(first.certificateChain()));
        TransportAddress server = streams.listen(StreamListener.tls(ANY_PORT, second), echo);
        streams.connect(StreamTarget.tls(server, "localhost"), handler);
        assertThat(handler.closed().cause()).isEqualTo(Cause.CONNECT_FAILED);
        assertThat(streams.count(StreamCounter.CONNECT_FAILED)).isOne();
    }

    @Test
    void shouldCountWhatIsNoTls() throws Exception {
        Streams streams = start(settings());
        RawWebSocket client = connected(streams.listen(StreamListener.tls(ANY_PORT, first), handler));
        client.send("OPTIONS sip:example.com SIP/2.0\r\n\r\n");
        client.readAll();
        assertThat(streams.count(StreamCounter.TLS_FAILED)).isOne();
        assertThat(handler.hasOpened()).isFalse();
        awaitSize(streams, 0);
    }

    @Test
    void shouldTellAHealthCheckFromAFailure() throws Exception {
        Streams streams = start(settings());
        TransportAddress server = streams.listen(StreamListener.tls(ANY_PORT, first), handler);
        RawWebSocket check = connected(server);
        awaitSize(streams, 1);
        check.close();
        awaitCount(streams, StreamCounter.HANDSHAKE_ABANDONED, 1);
        assertThat(streams.count(StreamCounter.TLS_FAILED)).isZero();
    }

    @Test
    void shouldCloseATlsHandshakeThatStandsStill() throws Exception {
        Streams streams = start(settings(StreamTimes.DEFAULT.withHandshakeMs(300)));
        RawWebSocket client = connected(streams.listen(StreamListener.tls(ANY_PORT, first), handler));
        assertThat(client.isEnded()).isTrue();
        assertThat(streams.count(StreamCounter.HANDSHAKE_LATE)).isOne();
        assertThat(streams.count(StreamCounter.TLS_FAILED)).isZero();
    }

    @Test
    void shouldTakeAChangedCertificateForNewConnections() throws Exception {
        Streams streams = start(settings(StreamTimes.DEFAULT.withCertificateMs(50)));
        TlsFiles live = copyOfFirst();
        TransportAddress server = streams.listen(
            StreamListener.secureWebSocket(ANY_PORT, live, SUBPROTOCOL), echo);
        RawWebSocket before = closing(new RawWebSocket(connect(server))).shakeHands();
        replace(second.certificateChain(), live.certificateChain());
        awaitCount(streams, StreamCounter.CERTIFICATE_REFUSED, 1);
        assertThat(certificateOf(server)).isEqualTo("CN=first");
        replace(second.privateKey(), live.privateKey());
        awaitCount(streams, StreamCounter.CERTIFICATE_TAKEN, 1);
        assertThat(certificateOf(server)).isEqualTo("CN=second");
        before.sendText("still there");
        assertThat(before.readText()).isEqualTo("still there");
    }

    @Test
    void shouldKeepTheFormerCertificateWhenTheFileIsBroken() throws Exception {
        TlsFiles live = copyOfFirst();
        TlsIdentity identity = new TlsIdentity(live);
        assertThat(identity.refresh()).isFalse();
        Files.writeString(live.certificateChain(), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        assertThatThrownBy(identity::refresh).hasMessageContaining("live-chain.pem");
        assertThat(identity.refresh()).isFalse();
        replace(first.certificateChain(), live.certificateChain());
        assertThat(identity.refresh()).isTrue();
    }

    @Test
    void shouldSayWhatIsWrongWithTheFiles() throws Exception {
        Streams streams = start(settings());
        TlsFiles mixed = new TlsFiles(first.certificateChain(), second.privateKey());
        assertThatThrownBy(() -> streams.listen(StreamListener.tls(ANY_PORT, mixed), handler))
            .isInstanceOf(IOException.class)
            .hasMessageContaining("second-key.pem");
        Path empty = Files.writeString(directory.resolve("empty.pem"), "");
        TlsFiles noKey = new TlsFiles(first.certificateChain(), empty);
        assertThatThrownBy(() -> streams.listen(StreamListener.tls(ANY_PORT, noKey), handler))
            .hasMessageContaining("empty.pem")
            .hasMessageContaining("openssl pkcs8");
        TlsFiles noChain = new TlsFiles(empty, first.privateKey());
        assertThatThrownBy(() -> streams.listen(StreamListener.tls(ANY_PORT, noChain), handler))
            .hasMessageContaining("there is no certificate in it");
    }

    /** Two keys of one kind: only a signature tells them apart. */
    @Test
    void shouldTellThatAKeyBelongsToAnotherCertificate() throws Exception {
        TlsFiles third = TestCertificates.make(directory, "third", "EC");
        TlsFiles mixed = new TlsFiles(first.certificateChain(), third.privateKey());
        assertThatThrownBy(() -> new TlsIdentity(mixed)).hasMessageContaining("does not belong to the certificate");
    }
}
