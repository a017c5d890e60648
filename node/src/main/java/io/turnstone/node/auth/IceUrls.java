package io.turnstone.node.auth;

import io.turnstone.node.auth.CredentialIssuer.Credential;
import io.turnstone.protocol.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;

/** The URLs of this service (RFC 7064, RFC 7065) in their order. Immutable, any thread. */
public record IceUrls(List<String> all) {
    public IceUrls {
        all = List.copyOf(all);
    }

    /** Those that need no credential. */
    public List<String> stun() {
        return all.stream().filter(IceUrls::isStun).toList();
    }

    /** Those that need one. */
    public List<String> turn() {
        List<String> turn = new ArrayList<>(all);
        turn.removeIf(IceUrls::isStun);
        return turn;
    }

    public static boolean isStun(String url) {
        return url.startsWith("stun:") || url.startsWith("stuns:");
    }

    /**
     * Adds {@code iceServers} as a browser's {@code RTCPeerConnection} takes them ({@code RTCIceServer} of W3C WebRTC §4.2.4):
     * an array of two, without a credential and with it.
     */
    public void writeServers(JsonWriter json, Credential credential) {
        List<String> open = stun();
        json.array("iceServers");
        if (!open.isEmpty()) {
            json.element().put("urls", open).endObject();
        }
        json.element()
            .put("urls", turn())
            .put("username", credential.username())
            .put("credential", credential.password())
            .endObject()
            .endArray();
    }
}
