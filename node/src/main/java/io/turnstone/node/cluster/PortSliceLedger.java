package io.turnstone.node.cluster;

import io.turnstone.node.rib.PortSlice;
import io.turnstone.node.rib.SliceClaim;
import io.turnstone.node.rib.SliceLedger;
import io.turnstone.protocol.net.IpAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.jspecify.annotations.Nullable;

/** The {@link SliceLedger} of Pekko's Distributed Data. Outlives the ActorSystem: between two of them nothing is reached. */
public final class PortSliceLedger implements SliceLedger, ClusterPart {
    private final long self;
    private final List<IpAddress> addresses;
    private final Executor inbox;
    private final BiConsumer<IpAddress, Set<SliceClaim>> onClaims;
    private volatile @Nullable ActorRef<SliceLedgerActor.Command> actor;

    /**
     * @param self this node's incarnation
     * @param inbox where {@code onClaims} and all answers are called
     * @param onClaims is told of all claims on an address whenever one has changed
     */
    public PortSliceLedger(long self, List<IpAddress> addresses, Executor inbox,
        BiConsumer<IpAddress, Set<SliceClaim>> onClaims) {
        this.self = self;
        this.addresses = List.copyOf(addresses);
        this.inbox = inbox;
        this.onClaims = onClaims;
    }

    @Override
    public void claim(PortSlice slice, int votes, Consumer<Answer> answer) {
        Consumer<Answer> inTheInbox = given -> inbox.execute(() -> answer.accept(given));
        if (!tell(new SliceLedgerActor.Claim(slice, votes, inTheInbox))) {
            inTheInbox.accept(Answer.UNREACHED);
        }
    }

    @Override
    public void add(Set<SliceClaim> claims) {
        tell(new SliceLedgerActor.Add(claims));
    }

    @Override
    public void remove(Set<SliceClaim> claims) {
        tell(new SliceLedgerActor.Remove(claims));
    }

    private boolean tell(SliceLedgerActor.Command command) {
        ActorRef<SliceLedgerActor.Command> current = actor;
        if (current != null) {
            current.tell(command);
        }
        return current != null;
    }

    @Override
    public void start(ActorContext<Void> guardian) {
        actor = guardian.spawn(
            SliceLedgerActor.create(
                self,
                addresses,
                (address, claims) -> inbox.execute(() -> onClaims.accept(address, claims))),
            "port-slices");
    }

    @Override
    public void ended() {
        actor = null;
    }
}
