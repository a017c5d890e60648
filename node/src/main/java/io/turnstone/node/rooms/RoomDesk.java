package io.turnstone.node.rooms;

import io.turnstone.node.auth.WebAuthenticator;
import io.turnstone.node.auth.WebAuthenticator.Identity;
import io.turnstone.node.service.Counters;
import io.turnstone.node.service.TokenBucket;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The clients of this node that are in rooms, or want to be. A pure machine but for its ports; the rooms' thread.
 *
 * <pre>
 *  connection | join, resume      | room: roster with it | room: refused | leave     | room: replaced | it ends
 *  -----------+-------------------+----------------------+---------------+-----------+----------------+--------
 *  open       | waiting           |                      |               |           |                | (gone)
 *  waiting    |                   | joined               | open          | open      | (closed)       | away
 *  joined     |                   |                      |               | open      | (closed)       | away
 *  away       | joined (resume)   | away                 | (gone)        |           | (gone)         |
 * </pre>
 *
 * A member that is away longer than {@link RoomLimits#graceMs} leaves.
 */
final class RoomDesk {
    /** How often a node tells a room of its members though nothing has changed. */
    static final long ANNOUNCE_MS = 5_000;
    /** In which a client has to join. */
    static final long JOIN_MS = 10_000;
    /** In which a room has to answer, the time in which its shard moves included. */
    static final long ANSWER_MS = 15_000;
    private static final long LOOK_AFTER_MS = 250;
    private static final int ID_BYTES = 12;
    /** Of messages, after a pause. */
    private static final int BURST_SECONDS = 2;

    private final Setting setting;
    private final RoomClients clients;
    private final RoomSessions sessions;
    private final Counters<RoomCounter> counters;
    private final RoomPost post;
    private final Long2ObjectHashMap<Client> connections = new Long2ObjectHashMap<>();
    private final Map<String, LocalRoom> rooms = new LinkedHashMap<>();
    private final List<LocalRoom> changed = new ArrayList<>();
    private final Map<String, Integer> membershipsByUser = new HashMap<>();
    private long lookedMs;

    /**
     * What a desk is made with.
     *
     * @param node incarnation of this node
     * @param random of members' ids and claims
     */
    record Setting(long node, RoomLimits limits, WebAuthenticator authenticator, ResumeSecrets secrets,
        IceServers iceServers, RandomGenerator random) {}

    /** A connection. */
    private static final class Client {
        private final long connection;
        private final TokenBucket rate;
        private long idleSinceMs;
        private @Nullable LocalRoom room;
        private @Nullable LocalMember member;

        Client(long connection, int messagesPerSecond, long nowMs) {
            this.connection = connection;
            this.idleSinceMs = nowMs;
            this.rate = new TokenBucket(messagesPerSecond, BURST_SECONDS, nowMs);
        }

        void enter(LocalRoom where, LocalMember who) {
            room = where;
            member = who;
        }

        void leave(long nowMs) {
            room = null;
            member = null;
            idleSinceMs = nowMs;
        }
    }

    RoomDesk(Setting setting, RoomClients clients, RoomSessions sessions, Counters<RoomCounter> counters) {
        this.setting = setting;
        this.clients = clients;
        this.sessions = sessions;
        this.counters = counters;
        this.post = new RoomPost(setting.node(), clients, sessions, counters);
    }

    /** @param connection above 0 */
    void opened(long connection, long nowMs) {
        connections.put(connection, new Client(connection, setting.limits().messagesPerSecond(), nowMs));
    }

    /** @param inOrder whether the client said that it wants no more */
    void closed(long connection, boolean inOrder, long nowMs) {
        Client client = connections.remove(connection);
        if (client == null || client.member == null || client.room == null) {
            return;
        }
        if (inOrder) {
            depart(client.room, client.member, Departure.Reason.LEFT, nowMs);
        } else {
            client.member.connect(LocalMember.AWAY, nowMs);
        }
    }

    void received(long connection, ClientMessage message, long nowMs) {
        Client client = connections.get(connection);
        if (client == null) {
            return;
        }
        if (!client.rate.take(nowMs)) {
            counters.add(RoomCounter.TOO_FAST);
            error(client, RoomError.TOO_FAST, "", "");
            return;
        }
        switch (message) {
            case ClientMessage.Join join -> onJoin(client, join, nowMs);
            case ClientMessage.Leave _ -> onLeave(client, nowMs);
            case ClientMessage.ToMember letter -> onLetter(client, letter, nowMs);
            case ClientMessage.Wrong(RoomError wrong, String type) -> {
                counters.add(RoomCounter.MALFORMED);
                error(client, wrong, type, "");
            }
        }
    }

    private void onJoin(Client client, ClientMessage.Join join, long nowMs) {
        if (client.member != null) {
            error(client, RoomError.ALREADY_JOINED, "join", "");
            return;
        }
        WebAuthenticator authenticator = setting.authenticator();
        switch (join.proof()) {
            case ClientMessage.Proof.Password(String username, String credential) ->
                onIdentity(client, join, authenticator.byPassword(username, credential, nowMs), nowMs);
            case ClientMessage.Proof.Token(String token) ->
                onIdentity(client, join, authenticator.byToken(token, nowMs), nowMs);
            case ClientMessage.Proof.Resume(String secret) -> onResume(client, join, secret, nowMs);
            case ClientMessage.Proof.None _ -> onIdentity(client, join, null, nowMs);
        }
    }

    private void onIdentity(Client client, ClientMessage.Join join, @Nullable Identity identity, long nowMs) {
        if (identity == null) {
            counters.add(RoomCounter.UNAUTHORIZED);
            error(client, RoomError.UNAUTHORIZED, "join", "");
        } else if (!identity.isFor(IceServers.callOf(join.room()))) {
            counters.add(RoomCounter.UNAUTHORIZED);
            error(client, RoomError.FORBIDDEN, "join", "");
        } else if (membershipsByUser.getOrDefault(identity.user(), 0) >= setting.limits().roomsPerUserMax()) {
            counters.add(RoomCounter.REFUSED);
            error(client, RoomError.TOO_MANY_ROOMS, "join", "");
        } else {
            String name = join.name().isEmpty() ? identity.user() : join.name();
            enter(client, join.room(), new Member(newId(), name, identity.user(), newPlace()), false, nowMs);
        }
    }

    private String newId() {
        byte[] octets = new byte[ID_BYTES];
        setting.random().nextBytes(octets);
        return Base64.getUrlEncoder().encodeToString(octets);
    }

    private Place newPlace() {
        return new Place(setting.node(), 1, setting.random().nextLong());
    }

    private void enter(Client client, String roomName, Member member, boolean comesBack, long nowMs) {
        String secret = setting.secrets()
            .seal(new ResumeSecrets.Holder(roomName, member.id(), member.name(), member.user()), nowMs);
        LocalMember local = new LocalMember(member, secret, comesBack, client.connection, nowMs);
        LocalRoom room = rooms.computeIfAbsent(roomName, name -> new LocalRoom(name, setting.node(), changed::add));
        client.enter(room, local);
        membershipsByUser.merge(member.user(), 1, Integer::sum);
        room.add(local);
    }

    private void onResume(Client client, ClientMessage.Join join, String secret, long nowMs) {
        ResumeSecrets.Holder holder = setting.secrets().open(secret, nowMs);
        if (holder == null || !holder.room().equals(join.room())) {
            counters.add(RoomCounter.UNAUTHORIZED);
            error(client, RoomError.UNAUTHORIZED, "join", "");
            return;
        }
        LocalRoom room = rooms.get(holder.room());
        LocalMember here = room == null ? null : room.member(holder.id());
        if (room == null || here == null) {
            Member member = new Member(holder.id(), holder.name(), holder.user(), newPlace());
            enter(client, holder.room(), member, true, nowMs);
            return;
        }
        Client former = connections.get(here.connection());
        if (former != null) {
            former.leave(nowMs);
            end(former, RoomError.REPLACED);
        }
        here.connect(client.connection, nowMs);
        client.enter(room, here);
        if (here.isPresent()) {
            welcome(room, here, true, nowMs);
        }
    }

    private void onLeave(Client client, long nowMs) {
        if (client.member == null || client.room == null) {
            error(client, RoomError.NOT_JOINED, "leave", "");
            return;
        }
        depart(client.room, client.member, Departure.Reason.LEFT, nowMs);
        client.leave(nowMs);
        clients.send(client.connection, ServerMessages.left());
    }

    private void onLetter(Client client, ClientMessage.ToMember message, long nowMs) {
        if (client.member == null || client.room == null || !client.member.isPresent()) {
            error(client, RoomError.NOT_JOINED, message.type(), message.to());
        } else {
            post.send(client.room, client.member, message, nowMs);
        }
    }

    private void error(Client client, RoomError error, String about, String to) {
        clients.send(client.connection, ServerMessages.error(error, about, to));
    }

    private void end(Client client, RoomError why) {
        error(client, why, "", "");
        connections.remove(client.connection);
        clients.close(client.connection);
    }

    private void depart(LocalRoom room, LocalMember member, Departure.Reason reason, long nowMs) {
        counters.add(reason == Departure.Reason.LEFT ? RoomCounter.LEFT : RoomCounter.CONNECTION_LOST);
        forget(room, member);
        room.departed(new Departure(member.id(), reason), nowMs);
    }

    private void forget(LocalRoom room, LocalMember member) {
        room.remove(member);
        membershipsByUser.computeIfPresent(member.member().user(), (_, count) -> count == 1 ? null : count - 1);
    }

    /** What a room says. */
    void onNews(String roomName, RoomNews news, long nowMs) {
        LocalRoom room = rooms.get(roomName);
        if (room == null) {
            return;
        }
        switch (news) {
            case RoomNews.Roster roster -> onRoster(room, roster, nowMs);
            case RoomNews.Refused(String id, long claim, RoomError error) -> onRefused(room, id, claim, error, nowMs);
            case RoomNews.Replaced(String id, long claim) -> onReplaced(room, id, claim, nowMs);
            case RoomNews.AnnounceWanted _ -> room.announceSoon();
            case RoomNews.Deliver(Letter letter) -> post.deliver(room, letter);
            case RoomNews.Acknowledged(Receipt receipt) -> post.acknowledged(room, receipt);
            case RoomNews.Undeliverable(Receipt receipt) -> post.undeliverable(room, receipt);
        }
    }

    private void onRoster(LocalRoom room, RoomNews.Roster roster, long nowMs) {
        List<LocalMember> before = room.membersPresent();
        LocalRoom.Change change = room.take(roster);
        for (LocalMember member : before) {
            change.left().forEach(departure -> {
                clients.send(member.connection(), ServerMessages.memberLeft(departure));
                post.left(member, departure.id());
            });
            change.joined()
                .stream()
                .filter(other -> !other.id().equals(member.id()))
                .forEach(other -> clients.send(member.connection(), ServerMessages.memberJoined(other)));
            change.moved().forEach(other -> post.moved(room, member, other, nowMs));
        }
        change.welcome().forEach(member -> {
            counters.add(member.comesBack() ? RoomCounter.RESUMED : RoomCounter.JOINED);
            welcome(room, member, member.comesBack(), nowMs);
        });
    }

    private void welcome(LocalRoom room, LocalMember member, boolean resumed, long nowMs) {
        IceServers.Offer servers = setting.iceServers().offer(member.member().user(), room.name(), nowMs);
        clients.send(
            member.connection(),
            ServerMessages.joined(room.name(), member.member(), member.secret(), resumed, room.others(member),
                servers));
    }

    private void onRefused(LocalRoom room, String id, long claim, RoomError error, long nowMs) {
        LocalMember member = room.member(id);
        if (member != null && member.claim() == claim && !member.isPresent()) {
            counters.add(RoomCounter.REFUSED);
            forget(room, member);
            withdraw(member, error, false, nowMs);
        }
    }

    private void onReplaced(LocalRoom room, String id, long claim, long nowMs) {
        LocalMember member = room.member(id);
        if (member != null && member.claim() == claim) {
            counters.add(RoomCounter.REPLACED);
            forget(room, member);
            withdraw(member, RoomError.REPLACED, true, nowMs);
        }
    }

    private void withdraw(LocalMember member, RoomError error, boolean closes, long nowMs) {
        Client client = connections.get(member.connection());
        if (client != null) {
            client.leave(nowMs);
            if (closes) {
                end(client, error);
            } else {
                error(client, error, "join", "");
            }
        }
    }

    /** Another node is lost, and the rooms that it had with it perhaps: they learn their members from those that are left. */
    void onNodeLost() {
        rooms.values().forEach(LocalRoom::announceSoon);
    }

    /** Does what is due; returns whether it has looked at everything, which it does a few times in a second. */
    boolean turn(long nowMs) {
        boolean looks = nowMs - lookedMs >= LOOK_AFTER_MS;
        if (looks) {
            lookedMs = nowMs;
            closeLate(nowMs);
            rooms.values().forEach(room -> lookAfter(room, nowMs));
            rooms.values().forEach(room -> announce(room, nowMs));
            rooms.values().removeIf(LocalRoom::isOver);
        } else {
            changed.forEach(room -> announce(room, nowMs));
        }
        changed.clear();
        return looks;
    }

    private void announce(LocalRoom room, long nowMs) {
        RoomCommand.Announce announce = room.announcement(setting.limits().bounds(), nowMs);
        if (announce != null) {
            sessions.tell(room.name(), announce);
        }
    }

    private void closeLate(long nowMs) {
        List<Client> late = new ArrayList<>();
        for (Client client : connections.values()) {
            if (client.member == null && nowMs - client.idleSinceMs >= JOIN_MS) {
                late.add(client);
            }
        }
        late.forEach(client -> end(client, RoomError.LATE));
    }

    private void lookAfter(LocalRoom room, long nowMs) {
        room.expire(nowMs);
        for (LocalMember member : room.members()) {
            long passedMs = nowMs - member.sinceMs();
            if (member.isAway() && passedMs >= setting.limits().graceMs()) {
                depart(room, member, Departure.Reason.CONNECTION_LOST, nowMs);
            } else if (!member.isAway() && !member.isPresent() && passedMs >= ANSWER_MS) {
                depart(room, member, Departure.Reason.LEFT, nowMs);
                withdraw(member, RoomError.UNAVAILABLE, false, nowMs);
            } else {
                post.lookAfter(room, member, nowMs);
            }
        }
    }

    /** How many connections there are. */
    int connections() {
        return connections.size();
    }

    /** How many rooms have members here. */
    int rooms() {
        return rooms.size();
    }

    /** How many members are here. */
    int members() {
        return membershipsByUser.values().stream().mapToInt(Integer::intValue).sum();
    }
}
