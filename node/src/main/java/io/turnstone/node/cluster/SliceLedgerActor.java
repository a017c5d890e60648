package io.turnstone.node.cluster;

import io.turnstone.node.rib.PortSlice;
import io.turnstone.node.rib.SliceClaim;
import io.turnstone.node.rib.SliceLedger.Answer;
import io.turnstone.protocol.net.IpAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.ddata.Key;
import org.apache.pekko.cluster.ddata.ORSet;
import org.apache.pekko.cluster.ddata.ORSetKey;
import org.apache.pekko.cluster.ddata.SelfUniqueAddress;
import org.apache.pekko.cluster.ddata.typed.javadsl.DistributedData;
import org.apache.pekko.cluster.ddata.typed.javadsl.Replicator;
import org.apache.pekko.cluster.ddata.typed.javadsl.ReplicatorMessageAdapter;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.SelfUp;
import org.apache.pekko.cluster.typed.Subscribe;

/**
 * Keeps the claims on slices of ports as Distributed Data: one set per relay address, whose elements are
 * {@code NUMBER/HOLDER}. A claim is written to a majority and then read from a majority, so of two that meet at least one
 * sees the other's, and withdraws. Majorities of different memberships need not meet: so nothing is granted while somebody
 * is joining, whom all others have seen join before it is up, and who reads from all of them before it claims.
 */
final class SliceLedgerActor extends AbstractBehavior<SliceLedgerActor.Command> {
    private static final Duration WITHIN = Duration.ofSeconds(2);
    /** Members that have just met may not hear each other's first words. */
    private static final Replicator.ReadConsistency FIRST_READ = new Replicator.ReadAll(Duration.ofMillis(500));
    private static final Replicator.WriteConsistency WRITE_MAJORITY = new Replicator.WriteMajority(WITHIN);
    private static final Replicator.ReadConsistency READ_MAJORITY = new Replicator.ReadMajority(WITHIN);
    private static final int HEX = 16;

    sealed interface Command {}

    /** @param answer is called on this actor's thread */
    record Claim(PortSlice slice, int votes, Consumer<Answer> answer) implements Command {}

    record Add(Set<SliceClaim> claims) implements Command {}

    record Remove(Set<SliceClaim> claims) implements Command {}

    private record MemberUp() implements Command {}

    private record Written(Claim claim, Replicator.UpdateResponse<ORSet<String>> response) implements Command {}

    private record Read(Claim claim, Replicator.GetResponse<ORSet<String>> response) implements Command {}

    private record FirstRead(IpAddress address, Replicator.GetResponse<ORSet<String>> response) implements Command {}

    private record Changed(Replicator.SubscribeResponse<ORSet<String>> response) implements Command {}

    private record Settled() implements Command {}

    private final long self;
    private final Map<Key<ORSet<String>>, IpAddress> addresses;
    private final BiConsumer<IpAddress, Set<SliceClaim>> onClaims;
    private final ReplicatorMessageAdapter<Command, ORSet<String>> replicator;
    private final SelfUniqueAddress member;
    private final Cluster cluster;
    /** Whose claims this node has read from every member since it was up. */
    private final Set<IpAddress> known = new HashSet<>();

    private SliceLedgerActor(ActorContext<Command> context, ReplicatorMessageAdapter<Command, ORSet<String>> replicator,
        long self, List<IpAddress> addresses, BiConsumer<IpAddress, Set<SliceClaim>> onClaims) {
        super(context);
        this.self = self;
        this.addresses = addresses.stream().collect(Collectors.toMap(SliceLedgerActor::key, Function.identity()));
        this.onClaims = onClaims;
        this.replicator = replicator;
        this.member = DistributedData.get(context.getSystem()).selfUniqueAddress();
        this.cluster = Cluster.get(context.getSystem());
    }

    static Behavior<Command> create(long self, List<IpAddress> addresses,
        BiConsumer<IpAddress, Set<SliceClaim>> onClaims) {
        return Behaviors.setup(context -> {
            Cluster.get(context.getSystem())
                .subscriptions()
                .tell(Subscribe.create(context.messageAdapter(SelfUp.class, up -> new MemberUp()), SelfUp.class));
            return DistributedData.withReplicatorMessageAdapter(
                (ReplicatorMessageAdapter<Command, ORSet<String>> replicator) -> new SliceLedgerActor(
                    context, replicator, self, addresses, onClaims));
        });
    }

    private static Key<ORSet<String>> key(IpAddress address) {
        return ORSetKey.create("relay-ports-" + address);
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder().onAnyMessage(this::onCommand).build();
    }

    private Behavior<Command> onCommand(Command command) {
        switch (command) {
            case MemberUp() -> onUp();
            case FirstRead first -> onFirstRead(first);
            case Changed(Replicator.Changed<ORSet<String>> changed) -> tell(changed.key(), changed.dataValue());
            case Changed ended -> tell(ended.response().key(), ORSet.empty());
            case Claim claim -> onClaim(claim);
            case Written written -> onWritten(written);
            case Read read -> onRead(read);
            case Add(Set<SliceClaim> claims) -> byAddress(claims).forEach(this::add);
            case Remove(Set<SliceClaim> claims) -> byAddress(claims).forEach(this::remove);
            case Settled() -> {
            }
        }
        return this;
    }

    private void onUp() {
        addresses.forEach((key, address) -> {
            replicator.subscribe(key, Changed::new);
            read(key, FIRST_READ, response -> new FirstRead(address, response));
        });
    }

    private void onFirstRead(FirstRead first) {
        switch (first.response()) {
            case Replicator.GetSuccess<ORSet<String>> found -> know(first.address(), found.key(), found.dataValue());
            case Replicator.NotFound<ORSet<String>> none -> know(first.address(), none.key(), ORSet.empty());
            default -> read(first.response().key(), FIRST_READ, response -> new FirstRead(first.address(), response));
        }
    }

    private void know(IpAddress address, Key<ORSet<String>> key, ORSet<String> set) {
        known.add(address);
        tell(key, set);
    }

    private void onClaim(Claim claim) {
        if (!known.contains(claim.slice().address()) || somebodyJoins()) {
            claim.answer().accept(Answer.UNREACHED);
            return;
        }
        String own = element(new SliceClaim(claim.slice(), self));
        replicator.askUpdate(
            replyTo -> new Replicator.Update<>(
                key(claim.slice().address()), ORSet.empty(), WRITE_MAJORITY, replyTo, set -> set.add(member, own)),
            response -> new Written(claim, response));
    }

    private void onWritten(Written written) {
        Claim claim = written.claim();
        if (written.response() instanceof Replicator.UpdateSuccess) {
            read(key(claim.slice().address()), READ_MAJORITY, response -> new Read(claim, response));
        } else {
            withdraw(claim, Answer.UNREACHED);
        }
    }

    /** Members that were removed meanwhile have taken their votes along. */
    private void onRead(Read read) {
        Claim claim = read.claim();
        if (!(read.response() instanceof Replicator.GetSuccess<ORSet<String>> found) || members() < claim.votes()
            || somebodyJoins()) {
            withdraw(claim, Answer.UNREACHED);
        } else if (claims(claim.slice().address(), found.dataValue()).stream()
            .anyMatch(other -> other.slice().equals(claim.slice()) && other.holder() != self)) {
            withdraw(claim, Answer.TAKEN);
        } else {
            claim.answer().accept(Answer.GRANTED);
        }
    }

    private void withdraw(Claim claim, Answer answer) {
        remove(claim.slice().address(), Set.of(element(new SliceClaim(claim.slice(), self))));
        claim.answer().accept(answer);
    }

    private void add(IpAddress address, Set<String> elements) {
        update(address, set -> {
            ORSet<String> result = set;
            for (String element : elements) {
                result = result.add(member, element);
            }
            return result;
        });
    }

    private void remove(IpAddress address, Set<String> elements) {
        update(address, set -> {
            ORSet<String> result = set;
            for (String element : elements) {
                result = result.remove(member, element);
            }
            return result;
        });
    }

    private void update(IpAddress address, Function<ORSet<String>, ORSet<String>> change) {
        replicator.askUpdate(
            replyTo -> new Replicator.Update<>(
                key(address), ORSet.empty(), Replicator.writeLocal(), replyTo, change),
            response -> new Settled());
    }

    private void read(Key<ORSet<String>> key, Replicator.ReadConsistency consistency,
        Function<Replicator.GetResponse<ORSet<String>>, Command> then) {
        replicator.askGet(replyTo -> new Replicator.Get<>(key, consistency, replyTo), then);
    }

    private void tell(Key<ORSet<String>> key, ORSet<String> set) {
        IpAddress address = addresses.get(key);
        if (address != null) {
            onClaims.accept(address, claims(address, set));
        }
    }

    private long members() {
        return MemberList.of(cluster).filter(each -> each.status().equals(MemberStatus.up())).count();
    }

    private boolean somebodyJoins() {
        return MemberList.of(cluster)
            .anyMatch(
                each -> each.status().equals(MemberStatus.joining()) || each.status().equals(MemberStatus.weaklyUp()));
    }

    private static Map<IpAddress, Set<String>> byAddress(Set<SliceClaim> claims) {
        return claims.stream()
            .collect(
                Collectors.groupingBy(
                    claim -> claim.slice().address(),
                    Collectors.mapping(SliceLedgerActor::element, Collectors.toSet())));
    }

    private static String element(SliceClaim claim) {
        return claim.slice().number() + "/" + Long.toHexString(claim.holder());
    }

    private static Set<SliceClaim> claims(IpAddress address, ORSet<String> set) {
        Set<SliceClaim> claims = new HashSet<>();
        for (String element : set.getElements()) {
            int slash = element.indexOf('/');
            claims.add(
                new SliceClaim(
                    new PortSlice(address, Integer.parseInt(element.substring(0, slash))),
                    Long.parseUnsignedLong(element.substring(slash + 1), HEX)));
        }
        return claims;
    }
}
