package io.turnstone.node.rooms;

import io.turnstone.node.auth.CredentialIssuer;
import io.turnstone.node.auth.CredentialIssuer.Credential;
import io.turnstone.node.auth.IceUrls;
import io.turnstone.node.auth.TurnUser;
import io.turnstone.protocol.json.JsonWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells who has joined where to relay media and by which credential, as {@code RTCPeerConnection} takes it
 * ({@code RTCIceServer} of W3C WebRTC §4.2.4). Any thread.
 */
public final class IceServers {
    /** Nothing is told. */
    public static final IceServers NONE = new IceServers(null, new IceUrls(List.of()), 0);

    private final @Nullable CredentialIssuer issuer;
    private final IceUrls urls;
    private final long lifetimeS;

    /** What one member is told: nothing without a credential. */
    record Offer(IceUrls urls, @Nullable Credential credential) {
        void write(JsonWriter json) {
            if (credential != null) {
                urls.writeServers(json, credential);
            }
        }
    }

    private IceServers(@Nullable CredentialIssuer issuer, IceUrls urls, long lifetimeS) {
        this.issuer = issuer;
        this.urls = urls;
        this.lifetimeS = lifetimeS;
    }

    /** @param lifetimeS for how many seconds a credential is good */
    public static IceServers of(CredentialIssuer issuer, IceUrls urls, long lifetimeS) {
        return new IceServers(issuer, urls, lifetimeS);
    }

    /** @param user nothing is told one that no TURN credential can be for */
    Offer offer(String user, String room, long nowMs) {
        return new Offer(
            urls,
            issuer == null || !TurnUser.isName(user)
                ? null
                : issuer.issue(new TurnUser(user, callOf(room)), lifetimeS, nowMs));
    }

    /** Under which a room's allocations are listed, and which a credential has to name if it names one. */
    static String callOf(String room) {
        return "room/" + room;
    }
}
