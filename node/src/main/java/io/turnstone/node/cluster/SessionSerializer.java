package io.turnstone.node.cluster;

import io.turnstone.node.rooms.RoomCommand;
import io.turnstone.node.rooms.RoomNews;
import io.turnstone.node.session.CallCommand;
import io.turnstone.node.session.RoomTelling;
import io.turnstone.node.session.SessionNotice;
import io.turnstone.node.session.SignalingSessionActor.Delivery;
import io.turnstone.node.session.SignalingSessionActor.Envelope;
import io.turnstone.protocol.wire.CallOver;
import io.turnstone.protocol.wire.CallTelling;
import io.turnstone.protocol.wire.RoomTold;
import io.turnstone.protocol.wire.SessionDelivery;
import java.io.IOException;
import java.io.NotSerializableException;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/**
 * Maps what sessions on other nodes are told, and what they tell nodes, onto {@code session.proto}: a manifest for the
 * commands of each kind of session, and one for all notices. Any thread.
 */
public final class SessionSerializer extends SerializerWithStringManifest {
    static final String CALL = "CallTelling.1";
    static final String ROOM = "RoomTelling.1";
    static final String DELIVERY = "SessionDelivery.1";
    private static final int IDENTIFIER = 2403;

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(Object message) {
        return switch (message) {
            case Envelope(CallCommand _) -> CALL;
            case Envelope(RoomTelling _) -> ROOM;
            case Delivery _ -> DELIVERY;
            default -> throw staysHere(message);
        };
    }

    @Override
    public byte[] toBinary(Object message) {
        return switch (message) {
            case Envelope(CallCommand command) -> CallTellings.encode(command).toByteArray();
            case Envelope(RoomTelling(RoomCommand command)) -> RoomTellings.encode(command).toByteArray();
            case Delivery delivery -> encode(delivery).toByteArray();
            default -> throw staysHere(message);
        };
    }

    private static SessionDelivery encode(Delivery delivery) {
        SessionDelivery.Builder wire = SessionDelivery.newBuilder().setAddressee(delivery.addressee());
        switch (delivery.notice()) {
            case SessionNotice.CallEnded(String callId) ->
                wire.setCallEnded(CallOver.newBuilder().setCallId(callId));
            case SessionNotice.RoomTold(String room, RoomNews news) -> wire.setRoom(RoomTellings.encode(room, news));
        }
        return wire.build();
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
        try {
            return switch (manifest) {
                case CALL -> new Envelope(CallTellings.decode(CallTelling.parseFrom(bytes)));
                case ROOM -> new Envelope(new RoomTelling(RoomTellings.decode(RoomTold.parseFrom(bytes))));
                case DELIVERY -> decode(SessionDelivery.parseFrom(bytes));
                default -> throw new NotSerializableException(
                    "message of a session of kind '" + manifest + "' is not known here, only '" + CALL + "', '"
                        + ROOM + "' and '" + DELIVERY + "'; does the sender run a newer version?");
            };
        } catch (NotSerializableException unknown) {
            throw unknown;
        } catch (IOException | IllegalArgumentException garbled) {
            throw Garbled.message(manifest, garbled);
        }
    }

    private static Delivery decode(SessionDelivery wire) {
        SessionNotice notice = switch (wire.getNoticeCase()) {
            case CALL_ENDED -> new SessionNotice.CallEnded(wire.getCallEnded().getCallId());
            case ROOM ->
                new SessionNotice.RoomTold(wire.getRoom().getRoom(), RoomTellings.decode(wire.getRoom()));
            case NOTICE_NOT_SET -> throw new IllegalArgumentException("a notice of a kind that is not known here");
        };
        return new Delivery(wire.getAddressee(), notice);
    }

    private static IllegalArgumentException staysHere(Object message) {
        return new IllegalArgumentException("does not travel between nodes: " + message);
    }
}
