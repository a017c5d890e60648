package io.turnstone.protocol.net;

/**
 * What names an allocation on the client's side (RFC 8656 §3). Immutable, any thread.
 *
 * @param client the client's address as the server sees it (server-reflexive)
 * @param server the <em>advertised</em> service address that the client sent to: behind a balancer the balancer's, never a local one
 * @param protocol between client and server
 */
public record FiveTuple(TransportAddress client, TransportAddress server, TransportProtocol protocol) {
    @Override
    public String toString() {
        return client + " > " + server + " " + protocol;
    }
}
