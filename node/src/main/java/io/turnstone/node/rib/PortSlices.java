package io.turnstone.node.rib;

import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.PortRange;
import io.turnstone.protocol.net.TransportAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * Which slices of the cluster's relay ports this node may give away: a pure machine. Control thread; time comes in as an
 * argument, claims go out to the {@link SliceLedger}. It grants what it holds to the {@link PortLeases} of each address.
 *
 * <pre>
 * (none)   free ports run short        -> ASKED    claimed
 * ASKED    GRANTED                     -> HELD     its ports may be leased
 *          TAKEN, UNREACHED            -> (none)   another one is tried
 *          this node is removed        -> (none)
 * HELD     idle, and more than needed  -> (none)   given back
 *          this node is removed        -> UNSURE   its ports are leased no more, but served
 *          the ledger has lost it      -> UNSURE
 * UNSURE   this node is a member again -> AGAIN    claimed again
 * AGAIN    GRANTED                     -> HELD
 *          UNREACHED                   -> UNSURE
 *          TAKEN                       -> (none)   its ports are served until their routes end
 * </pre>
 *
 * A slice is taken only by a node that is with a majority ({@link SliceVoters}). Of two members that lose each other each
 * leaves the free slices of one parity to the other. The slices of a node that is gone are free again when nothing names
 * a port in them, and it is certain that the node gives none away: its process has ended, or was removed by a majority so
 * long ago that whatever it had granted unheard has expired.
 *
 * <p>A claim in this node's name that it knows nothing of was left to it by another; it gives it back.
 */
public final class PortSlices {
    private static final int PARALLEL_CLAIMS = 8;
    private static final int SPARE_FRACTION = 8;
    private static final long LOOK_MS = 5;
    private static final long RETRY_MS = 200;
    private static final long TIDY_MS = 1_000;

    private enum State {
        ASKED,
        HELD,
        UNSURE,
        AGAIN
    }

    private final long self;
    private final Map<IpAddress, PortLeases> addresses;
    private final SliceLedger ledger;
    private final Times times;
    private final BooleanSupplier inSync;
    private final RandomGenerator random;
    private final SliceVoters voters;
    private final SliceUse use;
    private final Map<PortSlice, State> own = new LinkedHashMap<>();
    private final Map<IpAddress, Set<SliceClaim>> claims = new HashMap<>();
    private final Set<SliceClaim> remembered = new HashSet<>();
    private final Set<IpAddress> seen = new HashSet<>();
    private final Map<Long, Long> goneSinceMs = new HashMap<>();
    private final Set<Long> ended = new HashSet<>();
    private final Set<Long> lost = new HashSet<>();
    private long round;
    private long askAgainMs;
    private long tidyMs;
    private long lookMs;

    /**
     * @param restMs for which a slice stays unused after the last route in it has ended
     * @param goneMs after which a removed node's slices are free although nobody has seen its process end: the longest
     *     lifetime that it may have granted
     */
    public record Times(long restMs, long goneMs) {}

    /**
     * @param self this node's incarnation
     * @param addresses the relay addresses and what this node may give away of each: nothing yet
     * @param inSync whether this node knows all routes
     */
    public PortSlices(long self, Map<IpAddress, PortLeases> addresses, SliceLedger ledger, Times times,
        BooleanSupplier inSync, RandomGenerator random) {
        this.self = self;
        this.addresses = new LinkedHashMap<>(addresses);
        this.ledger = ledger;
        this.times = times;
        this.inSync = inSync;
        this.random = random;
        this.voters = new SliceVoters(self);
        this.use = new SliceUse(times.restMs());
    }

    /** Whether there is nothing to share out, since each node has relay addresses of its own. */
    public boolean isEmpty() {
        return addresses.isEmpty();
    }

    /** This node is a member. What it knew before, as one that was removed, the ledger may have lost. */
    public void up() {
        voters.up();
        if (!remembered.isEmpty()) {
            ledger.add(remembered);
            remembered.clear();
        }
    }

    /** This node is no member any more. */
    public void down() {
        voters.down();
        claims.values().forEach(remembered::addAll);
        remembered.removeIf(claim -> claim.holder() == self);
        round++;
        seen.clear();
        own.values().removeIf(state -> state == State.ASKED);
        own.replaceAll((slice, state) -> unsure(slice));
    }

    public void joined(long incarnation) {
        voters.joined(incarnation);
        goneSinceMs.remove(incarnation);
        lost.remove(incarnation);
    }

    /** A member was removed. */
    public void left(long incarnation) {
        if (voters.left(incarnation)) {
            lost.add(incarnation);
            leaveHalfTo(incarnation);
        }
    }

    /** The process of a node that is or was a member has ended for certain. */
    public void ended(long incarnation) {
        ended.add(incarnation);
        voters.ended(incarnation);
    }

    /** A route names this relayed address. */
    public void named(TransportAddress relayed) {
        if (addresses.containsKey(relayed.ip())) {
            use.named(relayed);
        }
    }

    /** No route names it any more. */
    public void unnamed(TransportAddress relayed, long nowMs) {
        use.unnamed(relayed, nowMs);
    }

    /** What the ledger says of an address. */
    public void onClaims(IpAddress address, Set<SliceClaim> all) {
        if (!addresses.containsKey(address)) {
            return;
        }
        claims.put(address, new HashSet<>(all));
        seen.add(address);
        Set<SliceClaim> unknown = new HashSet<>(all);
        unknown.removeIf(claim -> claim.holder() != self || own.containsKey(claim.slice()));
        if (!unknown.isEmpty()) {
            ledger.remove(unknown);
        }
        own.replaceAll((slice, state) -> state == State.HELD && isMissing(slice, address) ? unsure(slice) : state);
    }

    private boolean isMissing(PortSlice slice, IpAddress address) {
        return slice.address().equals(address)
            && !claims.getOrDefault(address, Set.of()).contains(new SliceClaim(slice, self));
    }

    private State unsure(PortSlice slice) {
        leases(slice).revoke(ports(slice));
        return State.UNSURE;
    }

    /** How many slices this node may give ports away from. Those of one family suffice for no client of the other. */
    public int held() {
        return count(State.HELD, slice -> true);
    }

    /** Whether this node may give away ports of each family that it relays. */
    public boolean isReady() {
        return addresses.keySet()
            .stream()
            .allMatch(address -> count(State.HELD, slice -> slice.address().isIpv4() == address.isIpv4()) > 0);
    }

    /** Looks now and then; to be called as often as convenient. */
    public void doWork(long nowMs) {
        if (nowMs < lookMs || addresses.isEmpty() || !seen.containsAll(addresses.keySet())) {
            return;
        }
        lookMs = nowMs + LOOK_MS;
        if (nowMs >= tidyMs) {
            tidyMs = nowMs + TIDY_MS;
            use.forgetRested(nowMs);
            giveBack(nowMs);
            freeTheGone(nowMs);
        }
        if (voters.mayClaim() && nowMs >= askAgainMs) {
            claimAgain(nowMs);
            claimMore(true, nowMs);
            claimMore(false, nowMs);
        }
    }

    private void claimAgain(long nowMs) {
        List<PortSlice> unsure = own.entrySet()
            .stream()
            .filter(slice -> slice.getValue() == State.UNSURE)
            .map(Map.Entry::getKey)
            .toList();
        unsure.forEach(slice -> claim(slice, State.AGAIN, nowMs));
    }

    /** One slice to spare, and one more for each eight that are held, so that many clients at once find ports too. */
    private void claimMore(boolean ipv4, long nowMs) {
        Predicate<PortSlice> family = slice -> slice.address().isIpv4() == ipv4;
        int asked = count(State.ASKED, family) + count(State.AGAIN, family);
        int missing = spare(family) - free(ipv4, nowMs) - asked * PortSlice.PORTS;
        int wanted = Math.min(Math.ceilDiv(missing, PortSlice.PORTS), PARALLEL_CLAIMS - asked);
        if (wanted <= 0) {
            return;
        }
        List<PortSlice> candidates = all(slice -> family.test(slice) && isFree(slice, nowMs));
        for (int i = 0; i < wanted && !candidates.isEmpty(); i++) {
            claim(candidates.remove(random.nextInt(candidates.size())), State.ASKED, nowMs);
        }
    }

    private int spare(Predicate<PortSlice> family) {
        return PortSlice.PORTS * (1 + count(State.HELD, family) / SPARE_FRACTION);
    }

    private int free(boolean ipv4, long nowMs) {
        int free = 0;
        for (Map.Entry<IpAddress, PortLeases> address : addresses.entrySet()) {
            free += address.getKey().isIpv4() == ipv4 ? address.getValue().free(nowMs) : 0;
        }
        return free;
    }

    private boolean isFree(PortSlice slice, long nowMs) {
        return !own.containsKey(slice) && use.isRested(slice, nowMs)
            && claims.getOrDefault(slice.address(), Set.of()).stream().noneMatch(claim -> claim.slice().equals(slice));
    }

    private List<PortSlice> all(Predicate<PortSlice> wanted) {
        List<PortSlice> slices = new ArrayList<>();
        addresses.forEach((address, leases) -> {
            int last = leases.range().last() / PortSlice.PORTS;
            for (int number = leases.range().first() / PortSlice.PORTS; number <= last; number++) {
                PortSlice slice = new PortSlice(address, number);
                if (wanted.test(slice)) {
                    slices.add(slice);
                }
            }
        });
        return slices;
    }

    private void claim(PortSlice slice, State state, long nowMs) {
        own.put(slice, state);
        long asked = round;
        ledger.claim(slice, voters.votes(), answer -> {
            if (asked == round) {
                onAnswer(slice, answer, nowMs);
            }
        });
    }

    private void onAnswer(PortSlice slice, SliceLedger.Answer answer, long askedMs) {
        boolean again = own.get(slice) == State.AGAIN;
        switch (answer) {
            case GRANTED -> {
                own.put(slice, State.HELD);
                leases(slice).grant(ports(slice));
            }
            case UNREACHED -> {
                askAgainMs = askedMs + RETRY_MS;
                if (again) {
                    own.put(slice, State.UNSURE);
                } else {
                    own.remove(slice);
                }
            }
            case TAKEN -> own.remove(slice);
        }
    }

    /**
     * All that this node does not hold, also what a third one did, and what it has only asked for: without the other one it
     * will not get it, and would then take it for free. The other one does the same the other way round.
     */
    private void leaveHalfTo(long other) {
        int parity = Long.compareUnsigned(other, self) < 0 ? 0 : 1;
        Set<SliceClaim> left = new HashSet<>();
        for (PortSlice slice : all(slice -> slice.number() % 2 == parity && !isOrWasHeld(slice))) {
            SliceClaim claim = new SliceClaim(slice, other);
            left.add(claim);
            claims.computeIfAbsent(slice.address(), address -> new HashSet<>()).add(claim);
        }
        ledger.add(left);
    }

    private boolean isOrWasHeld(PortSlice slice) {
        State state = own.get(slice);
        return state != null && state != State.ASKED;
    }

    private void giveBack(long nowMs) {
        for (boolean ipv4 : new boolean[]{true, false}) {
            Predicate<PortSlice> family = slice -> slice.address().isIpv4() == ipv4;
            int surplus = free(ipv4, nowMs) / PortSlice.PORTS - 2 * spare(family) / PortSlice.PORTS;
            own.entrySet()
                .stream()
                .filter(slice -> slice.getValue() == State.HELD && family.test(slice.getKey()))
                .map(Map.Entry::getKey)
                .filter(slice -> leases(slice).isIdle(ports(slice), nowMs))
                .limit(Math.max(0, surplus))
                .toList()
                .forEach(this::giveBack);
        }
    }

    private void giveBack(PortSlice slice) {
        own.remove(slice);
        leases(slice).revoke(ports(slice));
        ledger.remove(Set.of(new SliceClaim(slice, self)));
    }

    private void freeTheGone(long nowMs) {
        Set<SliceClaim> free = new HashSet<>();
        Set<Long> named = new HashSet<>();
        for (Set<SliceClaim> each : claims.values()) {
            for (SliceClaim claim : each) {
                if (!voters.isMember(claim.holder())) {
                    named.add(claim.holder());
                    goneSinceMs.putIfAbsent(claim.holder(), nowMs);
                    if (isGone(claim.holder(), nowMs) && use.isRested(claim.slice(), nowMs)) {
                        free.add(claim);
                    }
                }
            }
        }
        goneSinceMs.keySet().retainAll(named);
        ended.retainAll(named);
        if (!free.isEmpty() && voters.mayClaim() && inSync.getAsBoolean()) {
            ledger.remove(free);
        }
    }

    /**
     * A node that was lost as one of two may live on for as long as it likes, since nobody outvotes it. Of one that has ended
     * this node may have come too late to know which ports rest.
     */
    private boolean isGone(long holder, long nowMs) {
        long silentMs = nowMs - goneSinceMs.getOrDefault(holder, nowMs);
        return ended.contains(holder)
            ? silentMs >= times.restMs()
            : !lost.contains(holder) && silentMs >= times.goneMs();
    }

    private PortRange ports(PortSlice slice) {
        return slice.within(leases(slice).range());
    }

    private PortLeases leases(PortSlice slice) {
        PortLeases leases = addresses.get(slice.address());
        if (leases == null) {
            throw new AssertionError("no relay address has the slice " + slice);
        }
        return leases;
    }

    private int count(State state, Predicate<PortSlice> wanted) {
        int count = 0;
        for (Map.Entry<PortSlice, State> slice : own.entrySet()) {
            if (slice.getValue() == state && wanted.test(slice.getKey())) {
                count++;
            }
        }
        return count;
    }
}
