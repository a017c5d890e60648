package io.turnstone.node.rooms;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A room as a node knows it that has members in it. The rooms' thread. */
final class LocalRoom {
    /** For which a room is told of one who has left, if it does not say that it knows. */
    private static final long DEPARTED_MS = TimeUnit.MINUTES.toMillis(1);

    private final String name;
    private final long node;
    private final Consumer<LocalRoom> changes;
    private final Map<String, LocalMember> members = new LinkedHashMap<>();
    private final Map<String, Gone> departed = new LinkedHashMap<>();
    private Map<String, Member> roster = Map.of();
    private long epoch;
    private long version;
    private long announcedMs;
    private boolean changed;

    private record Gone(Departure departure, long sinceMs) {}

    /**
     * What a roster says that the one before did not.
     *
     * @param moved ids of those that have come back elsewhere
     * @param welcome members of this node who are in the room from now on
     */
    record Change(List<Member> joined, List<Departure> left, List<String> moved, List<LocalMember> welcome) {}

    /**
     * @param node incarnation of this node
     * @param changes is told when there is something to announce at once, and not again until that is done
     */
    LocalRoom(String name, long node, Consumer<LocalRoom> changes) {
        this.name = name;
        this.node = node;
        this.changes = changes;
    }

    String name() {
        return name;
    }

    List<LocalMember> members() {
        return List.copyOf(members.values());
    }

    @Nullable
    LocalMember member(String id) {
        return members.get(id);
    }

    List<LocalMember> membersPresent() {
        return members.values().stream().filter(LocalMember::isPresent).toList();
    }

    /** Whether one of that id is in the room, at any node. */
    boolean has(String id) {
        return roster.containsKey(id);
    }

    /** All who are in the room but one. */
    List<Member> others(LocalMember self) {
        return roster.values().stream().filter(member -> !member.id().equals(self.id())).toList();
    }

    void add(LocalMember member) {
        members.put(member.id(), member);
        departed.remove(member.id());
        announceSoon();
    }

    /** It is here no more; who wants the room to know why says {@link #departed}. */
    void remove(LocalMember member) {
        members.remove(member.id());
        announceSoon();
    }

    void departed(Departure departure, long nowMs) {
        departed.put(departure.id(), new Gone(departure, nowMs));
    }

    void announceSoon() {
        if (!changed) {
            changed = true;
            changes.accept(this);
        }
    }

    /** Whether the room need not be told anything any more. */
    boolean isOver() {
        return members.isEmpty() && departed.isEmpty() && !changed;
    }

    void expire(long nowMs) {
        departed.values().removeIf(gone -> nowMs - gone.sinceMs() >= DEPARTED_MS);
    }

    /** What the room is to be told now; null for nothing. */
    RoomCommand.@Nullable Announce announcement(RoomCommand.Bounds bounds, long nowMs) {
        if (!changed && nowMs - announcedMs < RoomDesk.ANNOUNCE_MS) {
            return null;
        }
        changed = false;
        announcedMs = nowMs;
        return new RoomCommand.Announce(
            node, bounds, epoch, members.values().stream().map(LocalMember::announced).toList(),
            List.copyOf(roster.values()),
            departed.values().stream().map(Gone::departure).toList());
    }

    /** Learns who is in the room. */
    Change take(RoomNews.Roster news) {
        Change change = new Change(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        if (!news.isNewerThan(epoch, version)) {
            return change;
        }
        // A room that has begun anew has to be told of the members that are here.
        if (epoch != 0 && news.epoch() != epoch) {
            announceSoon();
        }
        epoch = news.epoch();
        version = news.version();
        Map<String, Member> before = roster;
        roster = new LinkedHashMap<>();
        news.members().forEach(member -> roster.put(member.id(), member));
        roster.values().forEach(member -> compare(before.get(member.id()), member, change));
        before.keySet()
            .stream()
            .filter(id -> !roster.containsKey(id))
            .forEach(id -> change.left().add(departure(id, news)));
        departed.keySet().removeIf(id -> !roster.containsKey(id));
        members.values().forEach(member -> settle(member, change));
        return change;
    }

    private static void compare(@Nullable Member old, Member member, Change change) {
        if (old == null) {
            change.joined().add(member);
        } else if (old.place().claim() != member.place().claim()) {
            change.moved().add(member.id());
        }
    }

    private static Departure departure(String id, RoomNews.Roster news) {
        return news.departed()
            .stream()
            .filter(departure -> departure.id().equals(id))
            .findFirst()
            .orElse(new Departure(id, Departure.Reason.LEFT));
    }

    private void settle(LocalMember local, Change change) {
        Member known = roster.get(local.id());
        if (known == null) {
            // Who waits will be answered; who was in it has been given up, and is announced again.
            if (local.isPresent()) {
                announceSoon();
            }
        } else if (known.place().claim() == local.claim()) {
            if (!local.isPresent()) {
                change.welcome().add(local);
            }
            local.present(known.place());
        }
    }
}
