package io.turnstone.node.rib;

import io.turnstone.node.replication.Lineage;
import io.turnstone.node.replication.Version;
import io.turnstone.protocol.net.FiveTuple;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import java.util.List;
import java.util.Optional;

/**
 * One allocation as every node of the cluster knows it. All addresses are the advertised ones. Immutable, any thread.
 *
 * @param allocationId minted once, never used again
 * @param lineage its version and what that was built on
 * @param fiveTuple the client's side, the last one it has moved to
 * @param relayedAddresses one, or one per family (RFC 8656 §7.2)
 * @param username who allocated it
 * @param createdMs epoch milliseconds
 * @param expiryMs epoch milliseconds; every node forgets the route then
 * @param answer what repeats the Allocate's answer
 * @param permissions by peer, sorted by it
 * @param channels by number, sorted by it; expired ones stay while their number is reserved
 * @param mobility what following the client takes
 */
public record Route(long allocationId, Lineage lineage, FiveTuple fiveTuple, List<TransportAddress> relayedAddresses,
    String username, long createdMs, long expiryMs, AllocateAnswer answer, List<Permission> permissions,
    List<Channel> channels, Mobility mobility) {

    public Route {
        relayedAddresses = List.copyOf(relayedAddresses);
        permissions = RouteMerge.sortedPermissions(permissions);
        channels = RouteMerge.sortedChannels(channels);
    }

    public Version version() {
        return lineage.version();
    }

    /** The incarnation of the node whose authority wrote this version. */
    public long owner() {
        return lineage.version().owner();
    }

    /** The incarnation of the node that minted the allocation and opened its relayed addresses. */
    public long opener() {
        return lineage.origin().owner();
    }

    /** Every 5-tuple that the client may send from, the latest first. */
    public List<FiveTuple> fiveTuples() {
        FiveTuple previous = mobility.previous().orElse(null);
        return previous == null ? List.of(fiveTuple) : List.of(fiveTuple, previous);
    }

    /** Whether it is found by the same 5-tuples and relayed addresses. */
    boolean hasKeysOf(Route other) {
        return fiveTuples().equals(other.fiveTuples()) && relayedAddresses.equals(other.relayedAddresses);
    }

    /** Where data for the client go. */
    public FiveTuple dataFiveTuple() {
        return mobility.previous().orElse(fiveTuple);
    }

    public boolean isLive(long nowMs) {
        return nowMs < expiryMs;
    }

    public Optional<Permission> permission(IpAddress peer) {
        return permissions.stream().filter(permission -> permission.peer().equals(peer)).findFirst();
    }

    public Optional<Channel> channel(int number) {
        return channels.stream().filter(channel -> channel.number() == number).findFirst();
    }

    public Optional<Channel> channelTo(TransportAddress peer) {
        return channels.stream().filter(channel -> channel.peer().equals(peer)).findFirst();
    }

    /** Whether both tell the same of the allocation, whoever wrote them when. */
    public boolean saysLike(Route other) {
        return equals(other.copy(lineage, other.expiryMs, other.permissions, other.channels));
    }

    /** The same author's next version, without entries that mean nothing any more. */
    public Route next(long nowMs) {
        return with(lineage.next(), nowMs);
    }

    /** The first version of an authority that takes this route over (or continues a merged one). */
    public Route takenBy(long owner, long nowMs) {
        return with(lineage.takenBy(owner, nowMs), nowMs);
    }

    private Route with(Lineage newLineage, long nowMs) {
        return copy(
            newLineage,
            expiryMs,
            permissions.stream().filter(permission -> permission.isLive(nowMs)).toList(),
            channels.stream().filter(channel -> channel.isReserved(nowMs)).toList());
    }

    public Route withExpiry(long newExpiryMs) {
        return copy(lineage, newExpiryMs, permissions, channels);
    }

    /** Adds the permissions, or extends those that exist. */
    public Route withPermissions(List<Permission> added) {
        return copy(lineage, expiryMs, RouteMerge.permissions(permissions, added), channels);
    }

    /** Binds the channel, or extends it; another binding of the same number is replaced. */
    public Route withChannel(Channel added) {
        List<Channel> others = channels.stream().filter(channel -> channel.number() != added.number()).toList();
        return copy(lineage, expiryMs, permissions, RouteMerge.concat(others, List.of(added)));
    }

    /** The client has moved (RFC 8016 §3.2.2). */
    public Route movedTo(FiveTuple newFiveTuple, int lifetimeSeconds, long repeatUntilMs) {
        return placed(newFiveTuple, mobility.moved(fiveTuple, lifetimeSeconds, repeatUntilMs));
    }

    /** The client has sent data from where it moved to (RFC 8016 §3.2.2). */
    public Route arrived() {
        return placed(fiveTuple, mobility.arrived());
    }

    /** With its client where {@code other} has it. */
    public Route placedLike(Route other) {
        return placed(other.fiveTuple, other.mobility);
    }

    private Route placed(FiveTuple newFiveTuple, Mobility newMobility) {
        return new Route(
            allocationId,
            lineage,
            newFiveTuple,
            relayedAddresses,
            username,
            createdMs,
            expiryMs,
            answer,
            permissions,
            channels,
            newMobility);
    }

    /** This route with other parts of those that change while its addresses stay. */
    private Route copy(
        Lineage newLineage, long newExpiryMs, List<Permission> newPermissions, List<Channel> newChannels) {
        return new Route(
            allocationId,
            newLineage,
            fiveTuple,
            relayedAddresses,
            username,
            createdMs,
            newExpiryMs,
            answer,
            newPermissions,
            newChannels,
            mobility);
    }

    /**
     * The content of two versions whose authors did not know of each other, the same whichever is asked: the higher
     * version gives everything but the 5-tuple, which the later move gives, and permissions, channels and expiry, which
     * merge.
     */
    public Route merge(Route other) {
        return RouteMerge.merge(this, other);
    }
}
