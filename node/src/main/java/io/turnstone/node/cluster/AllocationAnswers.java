package io.turnstone.node.cluster;

import com.google.protobuf.ByteString;
import io.turnstone.node.allocation.AllocationReply;
import io.turnstone.node.allocation.AllocationReply.Allocated;
import io.turnstone.node.allocation.AllocationReply.Bound;
import io.turnstone.node.allocation.AllocationReply.Conflicted;
import io.turnstone.node.allocation.AllocationReply.Missing;
import io.turnstone.node.allocation.AllocationReply.Refreshed;
import io.turnstone.node.allocation.AllocationReply.Refused;
import io.turnstone.node.allocation.RequestId;
import io.turnstone.node.rib.Route;
import io.turnstone.node.rib.RouteCodec;
import io.turnstone.protocol.stun.StunError;
import io.turnstone.protocol.wire.AllocationAnswer;
import io.turnstone.protocol.wire.BoundAnswer;
import io.turnstone.protocol.wire.MissingAnswer;
import io.turnstone.protocol.wire.RefreshAnswer;
import io.turnstone.protocol.wire.RefusedAnswer;

/** Maps an {@link AllocationReply} onto {@code allocation.proto} and back. Stateless, any thread. */
final class AllocationAnswers {
    private static final RouteCodec ROUTES = new RouteCodec();

    private AllocationAnswers() {}

    static AllocationAnswer encode(AllocationReply reply) {
        AllocationAnswer.Builder wire = AllocationAnswer.newBuilder()
            .setName(AllocationRequests.encode(reply.requestId()));
        switch (reply) {
            case Allocated allocated -> wire.setAllocated(encode(allocated.route()));
            case Conflicted conflicted -> wire.setConflicted(encode(conflicted.existing()));
            case Refreshed refreshed -> wire.setRefreshed(
                RefreshAnswer.newBuilder()
                    .setLifetimeSeconds(refreshed.lifetimeSeconds())
                    .setTicket(refreshed.ticket()));
            case Bound bound -> wire.setBound(BoundAnswer.getDefaultInstance());
            case Refused refused -> wire.setRefused(RefusedAnswer.newBuilder().setErrorCode(refused.error().code()));
            case Missing missing -> wire.setMissing(MissingAnswer.getDefaultInstance());
        }
        return wire.build();
    }

    /** @throws IllegalArgumentException if a value is none that this version knows */
    static AllocationReply decode(AllocationAnswer wire) {
        RequestId id = AllocationRequests.decode(wire.getName());
        return switch (wire.getAnswerCase()) {
            case ALLOCATED -> new Allocated(id, decode(wire.getAllocated()));
            case CONFLICTED -> new Conflicted(id, decode(wire.getConflicted()));
            case REFRESHED -> new Refreshed(
                id, wire.getRefreshed().getLifetimeSeconds(), wire.getRefreshed().getTicket());
            case BOUND -> new Bound(id);
            case REFUSED -> new Refused(id, error(wire.getRefused().getErrorCode()));
            case MISSING -> new Missing(id);
            case ANSWER_NOT_SET -> throw new IllegalArgumentException("an answer of a kind that is not known here");
        };
    }

    private static ByteString encode(Route route) {
        return ByteString.copyFrom(ROUTES.encode(route));
    }

    private static Route decode(ByteString route) {
        return ROUTES.decode(route.toByteArray())
            .orElseThrow(() -> new IllegalArgumentException("a route that cannot be read"));
    }

    private static StunError error(int code) {
        for (StunError error : StunError.values()) {
            if (error.code() == code) {
                return error;
            }
        }
        throw new IllegalArgumentException("error code " + code + " is not known here");
    }
}
