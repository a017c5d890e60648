package io.turnstone.node.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.allocation.AllocationCommand.ChannelBind;
import io.turnstone.node.allocation.AllocationCommand.CreatePermission;
import io.turnstone.node.allocation.AllocationCommand.Refresh;
import io.turnstone.node.allocation.AllocationCommand.Replicated;
import io.turnstone.node.allocation.AllocationEffect.ReleaseRelay;
import io.turnstone.node.allocation.AllocationEffect.Respond;
import io.turnstone.node.allocation.AllocationReply.Bound;
import io.turnstone.node.allocation.AllocationReply.Refreshed;
import io.turnstone.node.rib.Route;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.stun.StunError;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** The permissions and channels of an allocation. */
class AllocationBindingTest extends AllocationDialogue {
    @Test
    void shouldDeleteOneOfTwoFamiliesWithItsPermissionsAndChannels() {
        allocated(RELAYED, RELAYED_V6);
        IpAddress peerV6 = IpAddress.parse("2606:4700::9");
        serve(new CreatePermission(requestId(), "alice", List.of(PEER.ip(), peerV6)));
        serve(new ChannelBind(requestId(), "alice", 0x4000, TransportAddress.of(peerV6, 9)));
        Refresh delete = new Refresh(requestId(), "alice", OptionalInt.of(0), OptionalInt.of(2));
        List<AllocationEffect> effects = tell(delete);
        Route route = announced(effects);
        assertThat(effects).contains(new ReleaseRelay(List.of(RELAYED_V6)));
        assertThat(route.relayedAddresses()).containsExactly(RELAYED);
        assertThat(route.permissions()).extracting(it -> it.peer()).containsExactly(PEER.ip());
        assertThat(route.channels()).isEmpty();
        assertThat(tell(new Replicated(route.version())))
            .containsExactly(new Respond(new Refreshed(delete.requestId(), 0, 0)));
    }

    @Test
    void shouldPermitPeersForFiveMinutes() {
        allocated();
        CreatePermission create = new CreatePermission(requestId(), "alice", List.of(PEER.ip(), OTHER_PEER.ip()));
        Route route = announced(tell(create));
        assertThat(route.permissions()).hasSize(2).allMatch(it -> it.expiryMs() == nowMs + 300_000);
        assertThat(tell(new Replicated(route.version()))).containsExactly(new Respond(new Bound(create.requestId())));
    }

    @Test
    void shouldPermitAllPeersOrNone() {
        allocated();
        CreatePermission create = new CreatePermission(requestId(), "alice",
            List.of(PEER.ip(), IpAddress.parse("9.9.9.9")));
        assertThat(tell(create)).containsExactly(refused(create, StunError.FORBIDDEN));
    }

    @Test
    void shouldAnswer403ForOnePermissionTooMany() {
        allocated();
        serve(new CreatePermission(requestId(), "alice", ips("8.0.0.1", "8.0.0.2", "8.0.0.3")));
        CreatePermission again = new CreatePermission(requestId(), "alice", ips("8.0.0.1"));
        announced(tell(again));
        CreatePermission more = new CreatePermission(requestId(), "alice", ips("8.0.0.4"));
        assertThat(tell(more)).containsExactly(refused(more, StunError.FORBIDDEN));
        nowMs += 300_000;
        announced(tell(new CreatePermission(requestId(), "alice", ips("8.0.0.4"))));
    }

    @Test
    void shouldBindAChannelForTenMinutesWithAPermissionForFive() {
        allocated();
        ChannelBind bind = new ChannelBind(requestId(), "alice", 0x4000, PEER);
        Route route = announced(tell(bind));
        assertThat(route.channel(0x4000).orElseThrow().expiryMs()).isEqualTo(nowMs + 600_000);
        assertThat(route.permission(PEER.ip()).orElseThrow().expiryMs()).isEqualTo(nowMs + 300_000);
        assertThat(tell(new Replicated(route.version()))).containsExactly(new Respond(new Bound(bind.requestId())));
    }

    @Test
    void shouldAnswer400WhenChannelOrPeerIsBoundOtherwise() {
        allocated();
        serve(new ChannelBind(requestId(), "alice", 0x4000, PEER));
        ChannelBind otherPeer = new ChannelBind(requestId(), "alice", 0x4000, OTHER_PEER);
        assertThat(tell(otherPeer)).containsExactly(refused(otherPeer, StunError.BAD_REQUEST));
        ChannelBind otherPort = new ChannelBind(requestId(), "alice", 0x4000, PEER.withPort(4001));
        assertThat(tell(otherPort)).containsExactly(refused(otherPort, StunError.BAD_REQUEST));
        ChannelBind otherNumber = new ChannelBind(requestId(), "alice", 0x4001, PEER);
        assertThat(tell(otherNumber)).containsExactly(refused(otherNumber, StunError.BAD_REQUEST));
    }

    @Test
    void shouldHoldAChannelNumberBackForFiveMinutesAfterItExpired() {
        allocated();
        serve(new Refresh(requestId(), "alice", OptionalInt.of(3600), OptionalInt.empty()));
        serve(new ChannelBind(requestId(), "alice", 0x4000, PEER));
        nowMs += 600_000 + 299_999;
        ChannelBind other = new ChannelBind(requestId(), "alice", 0x4000, OTHER_PEER);
        assertThat(tell(other)).containsExactly(refused(other, StunError.BAD_REQUEST));
        announced(tell(new ChannelBind(requestId(), "alice", 0x4001, PEER)));
        nowMs += 1;
        announced(tell(other));
    }

    @Test
    void shouldAnswer443ToChannelBindBut403ToCreatePermissionWhenTheFamilyIsMissing() {
        allocated();
        TransportAddress peerV6 = TransportAddress.parse("[2606:4700::9]:9");
        ChannelBind bind = new ChannelBind(requestId(), "alice", 0x4000, peerV6);
        assertThat(tell(bind)).containsExactly(refused(bind, StunError.PEER_ADDRESS_FAMILY_MISMATCH));
        CreatePermission create = new CreatePermission(requestId(), "alice", List.of(peerV6.ip()));
        assertThat(tell(create)).containsExactly(refused(create, StunError.FORBIDDEN));
    }

    @Test
    void shouldAnswer403ForADeniedPeerOrOneChannelTooMany() {
        allocated();
        ChannelBind denied = new ChannelBind(requestId(), "alice", 0x4000, TransportAddress.parse("9.9.9.9:9"));
        assertThat(tell(denied)).containsExactly(refused(denied, StunError.FORBIDDEN));
        serve(new ChannelBind(requestId(), "alice", 0x4000, PEER));
        serve(new ChannelBind(requestId(), "alice", 0x4001, OTHER_PEER));
        ChannelBind third = new ChannelBind(requestId(), "alice", 0x4002, PEER.withPort(1));
        assertThat(tell(third)).containsExactly(refused(third, StunError.FORBIDDEN));
        announced(tell(new ChannelBind(requestId(), "alice", 0x4001, OTHER_PEER)));
    }

    @Test
    void shouldAnswer400OutsideTheStrictChannelRange() {
        AllocationLimits strict = new AllocationLimits(600, 3600, 3, 2, 0x4FFF);
        Route route = allocated();
        AllocationRules rules = new AllocationRules(strict, new PeerPolicy(List.of(), List.of(), _ -> false));
        assertThat(rules.rule(route, new ChannelBind(requestId(), "alice", 0x5000, PEER), nowMs))
            .isEqualTo(new AllocationRules.Refusal(StunError.BAD_REQUEST));
        assertThat(rules.rule(route, new ChannelBind(requestId(), "alice", 0x4FFF, PEER), nowMs))
            .isInstanceOf(AllocationRules.Change.class);
    }

    @Test
    void shouldAnswerSeveralChangesWhenALaterVersionIsReplicated() {
        allocated();
        CreatePermission first = new CreatePermission(requestId(), "alice", ips("8.0.0.1"));
        CreatePermission second = new CreatePermission(requestId(), "alice", ips("8.0.0.2"));
        tell(first);
        Route route = announced(tell(second));
        assertThat(route.permissions()).hasSize(2);
        assertThat(tell(new Replicated(route.version()))).containsExactly(
            new Respond(new Bound(first.requestId())),
            new Respond(new Bound(second.requestId())));
    }
}
