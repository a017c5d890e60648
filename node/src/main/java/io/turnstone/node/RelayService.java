package io.turnstone.node;

import io.turnstone.node.allocation.RelayPorts;
import io.turnstone.node.allocation.RelayRequest;
import io.turnstone.node.allocation.ReservationToken;
import io.turnstone.node.rib.AllocateAnswer.AddressError;
import io.turnstone.node.rib.PortLeases;
import io.turnstone.protocol.net.AddressFamily;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.stun.StunError;
import io.turnstone.protocol.turn.EvenPort;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The relayed transport addresses that this node gives away: leases a port, opens what stands behind it, and closes that
 * when its route is gone. Works on the control thread.
 */
final class RelayService implements RelayPorts {
    private static final long RESERVATION_MS = 30_000;
    private static final long UNROUTED_MS = 30_000;
    private static final int OPEN_ATTEMPTS_MAX = 16;

    private final List<Address> addresses;
    private final RelaySockets sockets;
    private final Predicate<TransportAddress> isRouted;
    private final Executor control;
    private final LongSupplier clockMs;
    private final RandomGenerator random;
    private final Map<Long, Reservation> reservations = new HashMap<>();
    private final ArrayDeque<Deadline> deadlines = new ArrayDeque<>();

    /** One relay address, where this machine binds it, and what this node may give away of it. */
    record Address(IpAddress local, IpAddress advertised, PortLeases leases) {
        TransportAddress relayed(int port) {
            return TransportAddress.of(advertised, port);
        }
    }

    private record Reservation(Address address, int port) {}

    /** Something to look at again later; all wait equally long, so they come in order. */
    private record Deadline(long atMs, Runnable check) {}

    private sealed interface Attempt {
        record Done(Address address, int port) implements Attempt {}

        record Failed(StunError error) implements Attempt {}
    }

    /**
     * @param isRouted whether a route names the relayed address; asked on the control thread
     * @param control runs on the control thread what authorities ask for
     */
    RelayService(List<Address> addresses, RelaySockets sockets, Predicate<TransportAddress> isRouted, Executor control,
        LongSupplier clockMs, RandomGenerator random) {
        this.addresses = List.copyOf(addresses);
        this.sockets = sockets;
        this.isRouted = isRouted;
        this.control = control;
        this.clockMs = clockMs;
        this.random = random;
    }

    @Override
    public void open(long allocationId, RelayRequest request, Consumer<RelayOutcome> outcome) {
        control.execute(() -> outcome.accept(openNow(allocationId, request)));
    }

    @Override
    public void release(List<TransportAddress> relayedAddresses) {
        control.execute(() -> relayedAddresses.forEach(this::close));
    }

    /** How many ports could be leased now. */
    int freePorts() {
        return addresses.stream().mapToInt(address -> address.leases().free(clockMs.getAsLong())).sum();
    }

    /** Closes a relayed address; if this node has given it away, its port rests. */
    void close(TransportAddress relayed) {
        sockets.close(relayed);
        for (Address address : addresses) {
            if (address.advertised().equals(relayed.ip())) {
                address.leases().release(relayed.port(), clockMs.getAsLong());
            }
        }
    }

    /** Looks after what has waited long enough. */
    int doWork(long nowMs) {
        int done = sockets.doWork();
        while (!deadlines.isEmpty() && deadlines.peek().atMs() <= nowMs) {
            deadlines.remove().check().run();
            done++;
        }
        return done;
    }

    private RelayOutcome openNow(long allocationId, RelayRequest request) {
        if (request.reservationToken().isPresent()) {
            return openReserved(request.reservationToken().getAsLong());
        }
        Attempt first = lease(request.family(), request.evenPort());
        if (!request.additionalIpv6()) {
            return opened(allocationId, request, List.of(first), Optional.empty());
        }
        Attempt second = lease(AddressFamily.IPV6, EvenPort.ANY);
        if (first instanceof Attempt.Failed(StunError error) && second instanceof Attempt.Done) {
            return opened(allocationId, request, List.of(second), addressError(request.family(), error));
        }
        if (second instanceof Attempt.Failed(StunError error)) {
            return opened(allocationId, request, List.of(first), addressError(AddressFamily.IPV6, error));
        }
        return opened(allocationId, request, List.of(first, second), Optional.empty());
    }

    private RelayOutcome opened(long allocationId, RelayRequest request, List<Attempt> attempts,
        Optional<AddressError> addressError) {
        List<TransportAddress> relayed = new ArrayList<>();
        OptionalLong token = OptionalLong.empty();
        for (Attempt attempt : attempts) {
            switch (attempt) {
                case Attempt.Failed(StunError error) -> {
                    return new Refused(error);
                }
                case Attempt.Done(Address address, int port) -> {
                    relayed.add(address.relayed(port));
                    if (request.evenPort() == EvenPort.EVEN_AND_RESERVE_NEXT && token.isEmpty()) {
                        token = OptionalLong.of(reserve(allocationId, new Reservation(address, port + 1)));
                    }
                }
            }
        }
        relayed.forEach(each -> later(UNROUTED_MS, () -> closeUnrouted(each)));
        return new Opened(relayed, token, addressError);
    }

    private static Optional<AddressError> addressError(AddressFamily family, StunError error) {
        return Optional.of(new AddressError(family.number(), error.code()));
    }

    private Attempt lease(AddressFamily family, EvenPort evenPort) {
        List<Address> ofFamily = addresses.stream()
            .filter(address -> address.advertised().isIpv4() == (family == AddressFamily.IPV4))
            .toList();
        if (ofFamily.isEmpty()) {
            return new Attempt.Failed(StunError.ADDRESS_FAMILY_NOT_SUPPORTED);
        }
        int start = random.nextInt(ofFamily.size());
        for (int i = 0; i < ofFamily.size(); i++) {
            Address address = ofFamily.get((start + i) % ofFamily.size());
            OptionalInt port = leaseAndOpen(address, evenPort);
            if (port.isPresent()) {
                return new Attempt.Done(address, port.getAsInt());
            }
        }
        return new Attempt.Failed(StunError.INSUFFICIENT_CAPACITY);
    }

    /** A port that somebody else on this machine has bound, or that a route names, rests, and another one is tried. */
    private OptionalInt leaseAndOpen(Address address, EvenPort evenPort) {
        for (int attempt = 0; attempt < OPEN_ATTEMPTS_MAX; attempt++) {
            OptionalInt port = leasePort(address.leases(), evenPort);
            if (port.isEmpty() || open(address, port.getAsInt())) {
                return port;
            }
            if (evenPort == EvenPort.EVEN_AND_RESERVE_NEXT) {
                address.leases().release(port.getAsInt() + 1, clockMs.getAsLong());
            }
        }
        return OptionalInt.empty();
    }

    private OptionalInt leasePort(PortLeases leases, EvenPort evenPort) {
        long nowMs = clockMs.getAsLong();
        return switch (evenPort) {
            case ANY -> leases.lease(nowMs);
            case EVEN -> leases.leaseEven(nowMs);
            case EVEN_AND_RESERVE_NEXT -> leases.leaseEvenPair(nowMs);
        };
    }

    private boolean open(Address address, int port) {
        TransportAddress relayed = address.relayed(port);
        if (!isRouted.test(relayed) && sockets.open(TransportAddress.of(address.local(), port), relayed)) {
            return true;
        }
        address.leases().release(port, clockMs.getAsLong());
        return false;
    }

    private long reserve(long allocationId, Reservation reservation) {
        long token = ReservationToken.mint(allocationId, random);
        reservations.put(token, reservation);
        later(RESERVATION_MS, () -> endReservation(token));
        return token;
    }

    private void endReservation(long token) {
        @Nullable
        Reservation unused = reservations.remove(token);
        if (unused != null) {
            unused.address().leases().release(unused.port(), clockMs.getAsLong());
        }
    }

    private RelayOutcome openReserved(long token) {
        @Nullable
        Reservation reservation = reservations.remove(token);
        if (reservation == null || !open(reservation.address(), reservation.port())) {
            return new Refused(StunError.INSUFFICIENT_CAPACITY);
        }
        TransportAddress relayed = reservation.address().relayed(reservation.port());
        later(UNROUTED_MS, () -> closeUnrouted(relayed));
        return new Opened(List.of(relayed), OptionalLong.empty(), Optional.empty());
    }

    /** What an actor that died had opened. */
    private void closeUnrouted(TransportAddress relayed) {
        if (!isRouted.test(relayed)) {
            close(relayed);
        }
    }

    private void later(long delayMs, Runnable check) {
        deadlines.add(new Deadline(clockMs.getAsLong() + delayMs, check));
    }
}
