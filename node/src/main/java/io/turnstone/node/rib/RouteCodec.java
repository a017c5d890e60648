package io.turnstone.node.rib;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.turnstone.node.replication.Lineage;
import io.turnstone.node.replication.LineageCodec;
import io.turnstone.node.replication.RecordCodec;
import io.turnstone.node.rib.AllocateAnswer.AddressError;
import io.turnstone.node.rib.AllocateAnswer.Integrity;
import io.turnstone.protocol.net.FiveTuple;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.net.TransportProtocol;
import io.turnstone.protocol.wire.RouteAddress;
import io.turnstone.protocol.wire.RouteAnswer;
import io.turnstone.protocol.wire.RouteChannel;
import io.turnstone.protocol.wire.RouteMobility;
import io.turnstone.protocol.wire.RoutePermission;
import io.turnstone.protocol.wire.RouteRecord;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/** Routes as {@code route.proto} has them. Stateless, any thread. */
public final class RouteCodec implements RecordCodec<Route> {
    private static final int KEY_BYTES = 2 * (2 * Long.BYTES + Short.BYTES) + 1;

    /** The key of a route: its 5-tuple. */
    public static byte[] key(FiveTuple fiveTuple) {
        ByteBuffer key = ByteBuffer.allocate(KEY_BYTES);
        for (TransportAddress address : List.of(fiveTuple.client(), fiveTuple.server())) {
            key.putLong(address.high()).putLong(address.low()).putShort((short) address.port());
        }
        return key.put((byte) fiveTuple.protocol().number()).array();
    }

    @Override
    public long id(Route route) {
        return route.allocationId();
    }

    @Override
    public Lineage lineage(Route route) {
        return route.lineage();
    }

    @Override
    public long deadlineMs(Route route) {
        return route.expiryMs();
    }

    @Override
    public byte[] key(Route route) {
        return key(route.fiveTuple());
    }

    @Override
    public List<byte[]> keys(Route route) {
        return each(route.fiveTuples(), RouteCodec::key);
    }

    @Override
    public Route merge(Route one, Route other) {
        return one.merge(other);
    }

    @Override
    public byte[] encode(Route route) {
        RouteRecord.Builder record = RouteRecord.newBuilder()
            .setAllocationId(route.allocationId())
            .setVersion(LineageCodec.wire(route.version()))
            .setClient(wire(route.fiveTuple().client()))
            .setServer(wire(route.fiveTuple().server()))
            .setProtocol(route.fiveTuple().protocol().number())
            .setUsername(route.username())
            .setCreatedMs(route.createdMs())
            .setExpiryMs(route.expiryMs())
            .setAnswer(wire(route.answer()));
        route.lineage().ancestors().forEach(ancestor -> record.addAncestors(LineageCodec.wire(ancestor)));
        route.relayedAddresses().forEach(relayed -> record.addRelayed(wire(relayed)));
        route.permissions()
            .forEach(permission -> record.addPermissions(RoutePermission.newBuilder()
                .setIp(wire(permission.peer()))
                .setExpiryMs(permission.expiryMs())));
        route.channels()
            .forEach(channel -> record.addChannels(RouteChannel.newBuilder()
                .setNumber(channel.number())
                .setPeer(wire(channel.peer()))
                .setExpiryMs(channel.expiryMs())));
        if (route.mobility().isGranted()) {
            record.setMobility(wire(route.mobility()));
        }
        return record.build().toByteArray();
    }

    private static RouteAnswer wire(AllocateAnswer answer) {
        RouteAnswer.Builder wire = RouteAnswer.newBuilder()
            .setTransactionIdHigh(answer.transactionIdHigh())
            .setTransactionIdLow(answer.transactionIdLow())
            .setLifetimeSeconds(answer.lifetimeSeconds())
            .setSha256(answer.integrity() == Integrity.SHA256)
            .setRepeatUntilMs(answer.repeatUntilMs());
        answer.reservationToken().ifPresent(wire::setReservationToken);
        answer.addressError()
            .ifPresent(error -> wire.setAddressErrorFamily(error.family()).setAddressErrorCode(error.errorCode()));
        return wire.build();
    }

    private static RouteMobility wire(Mobility mobility) {
        RouteMobility.Builder wire = RouteMobility.newBuilder()
            .setTicket(mobility.ticket())
            .setLifetimeSeconds(mobility.lifetimeSeconds())
            .setRepeatUntilMs(mobility.repeatUntilMs());
        mobility.previous()
            .ifPresent(previous -> wire.setPreviousClient(wire(previous.client()))
                .setPreviousServer(wire(previous.server()))
                .setPreviousProtocol(previous.protocol().number()));
        return wire.build();
    }

    private static RouteAddress wire(TransportAddress address) {
        return RouteAddress.newBuilder().setIp(wire(address.ip())).setPort(address.port()).build();
    }

    private static ByteString wire(IpAddress address) {
        return ByteString.copyFrom(address.toBytes());
    }

    @Override
    public Optional<Route> decode(byte[] bytes) {
        try {
            RouteRecord record = RouteRecord.parseFrom(bytes);
            return record.getRelayedCount() == 0 ? Optional.empty() : Optional.of(read(record));
        } catch (InvalidProtocolBufferException | IllegalArgumentException notARoute) {
            return Optional.empty();
        }
    }

    private static Route read(RouteRecord record) {
        return new Route(
            record.getAllocationId(),
            LineageCodec.read(record.getVersion(), record.getAncestorsList()),
            fiveTuple(record.getClient(), record.getServer(), record.getProtocol()),
            each(record.getRelayedList(), RouteCodec::read),
            record.getUsername(),
            record.getCreatedMs(),
            record.getExpiryMs(),
            read(record.getAnswer()),
            each(record.getPermissionsList(), RouteCodec::read),
            each(record.getChannelsList(), RouteCodec::read),
            record.hasMobility() ? read(record.getMobility()) : Mobility.NONE);
    }

    /** Nearly always of one or none: a node that joins reads all routes before its code is compiled, and streams are slow then. */
    private static <A, B> List<B> each(List<A> wire, Function<A, B> read) {
        return switch (wire.size()) {
            case 0 -> List.of();
            case 1 -> List.of(read.apply(wire.getFirst()));
            default -> wire.stream().map(read).toList();
        };
    }

    private static Mobility read(RouteMobility wire) {
        return new Mobility(
            wire.getTicket(),
            wire.hasPreviousClient()
                ? Optional.of(
                    fiveTuple(wire.getPreviousClient(), wire.getPreviousServer(), wire.getPreviousProtocol()))
                : Optional.empty(),
            wire.getLifetimeSeconds(),
            wire.getRepeatUntilMs());
    }

    private static FiveTuple fiveTuple(RouteAddress client, RouteAddress server, int protocol) {
        return new FiveTuple(read(client), read(server), TransportProtocol.ofNumber(protocol));
    }

    private static TransportAddress read(RouteAddress wire) {
        return TransportAddress.of(read(wire.getIp()), wire.getPort());
    }

    private static IpAddress read(ByteString ip) {
        return IpAddress.ofBytes(ip.toByteArray());
    }

    private static Permission read(RoutePermission wire) {
        return new Permission(read(wire.getIp()), wire.getExpiryMs());
    }

    private static Channel read(RouteChannel wire) {
        return new Channel(wire.getNumber(), read(wire.getPeer()), wire.getExpiryMs());
    }

    private static AllocateAnswer read(RouteAnswer wire) {
        return new AllocateAnswer(
            wire.getTransactionIdHigh(),
            wire.getTransactionIdLow(),
            wire.getLifetimeSeconds(),
            wire.getSha256() ? Integrity.SHA256 : Integrity.SHA1,
            wire.hasReservationToken() ? OptionalLong.of(wire.getReservationToken()) : OptionalLong.empty(),
            wire.getAddressErrorCode() == 0
                ? Optional.empty()
                : Optional.of(new AddressError(wire.getAddressErrorFamily(), wire.getAddressErrorCode())),
            wire.getRepeatUntilMs());
    }
}
