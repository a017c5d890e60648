package io.turnstone.node.cluster;

import io.turnstone.node.allocation.AllocationActor;
import io.turnstone.node.allocation.AllocationCommand;
import io.turnstone.node.allocation.AllocationReply;
import io.turnstone.protocol.wire.AllocationAnswer;
import io.turnstone.protocol.wire.AllocationRequest;
import java.io.IOException;
import java.io.NotSerializableException;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/**
 * Maps what an allocation's authority on another node is asked, and what it answers, onto {@code allocation.proto}.
 * Everything else in the allocation's protocol stays on its node. Any thread.
 */
public final class AllocationSerializer extends SerializerWithStringManifest {
    static final String REQUEST = "AllocationRequest.1";
    static final String ANSWER = "AllocationAnswer.1";
    private static final int IDENTIFIER = 2402;

    private final ActorRefResolver actors;

    /** Called by Pekko. */
    public AllocationSerializer(ExtendedActorSystem system) {
        this.actors = ActorRefResolver.get(Adapter.toTyped(system));
    }

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(Object message) {
        return switch (message) {
            case AllocationActor.Envelope envelope -> REQUEST;
            case AllocationReply reply -> ANSWER;
            default -> throw staysHere(message);
        };
    }

    @Override
    public byte[] toBinary(Object message) {
        return switch (message) {
            case AllocationActor.Envelope envelope when envelope
                .command() instanceof AllocationCommand.Request request ->
                AllocationRequests.encode(request)
                    .setReplyTo(actors.toSerializationFormat(envelope.replyTo()))
                    .build()
                    .toByteArray();
            case AllocationReply reply -> AllocationAnswers.encode(reply).toByteArray();
            default -> throw staysHere(message);
        };
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
        try {
            return switch (manifest) {
                case REQUEST -> envelope(AllocationRequest.parseFrom(bytes));
                case ANSWER -> AllocationAnswers.decode(AllocationAnswer.parseFrom(bytes));
                default -> throw new NotSerializableException(
                    "message of an allocation of kind '" + manifest + "' is not known here, only '" + REQUEST
                        + "' and '" + ANSWER + "'; does the sender run a newer version?");
            };
        } catch (NotSerializableException unknown) {
            throw unknown;
        } catch (IOException | IllegalArgumentException garbled) {
            throw Garbled.message(manifest, garbled);
        }
    }

    private AllocationActor.Envelope envelope(AllocationRequest wire) {
        return new AllocationActor.Envelope(
            AllocationRequests.decode(wire),
            actors.resolveActorRef(wire.getReplyTo()));
    }

    private static IllegalArgumentException staysHere(Object message) {
        return new IllegalArgumentException("does not travel between nodes: " + message);
    }
}
