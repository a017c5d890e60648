package io.turnstone.node.rooms;

import io.turnstone.node.rooms.RoomCommand.Announce;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is in a room, and the way of what they say. A pure machine: commands in, effects out, one thread.
 *
 * <p>It keeps nothing that its members' nodes cannot tell it again. A room that has just begun does not know whether there
 * was one before: for the time of grace it <em>gathers</em>, that is, it believes what a node has seen, expects
 * those to be announced by their own nodes, and lets in whoever proves to have been a member.
 *
 * <pre>
 *  member     | its node announces it     | announces without it | falls silent | comes back elsewhere | grace over
 *  -----------+---------------------------+----------------------+--------------+----------------------+-----------
 *  (none)     | present (or refused)      |                      |              | present if gathering |
 *  expected   | present                   | (none)               |              | present              | (none)
 *  present    |                           | (none)               | lost         | present              |
 *  lost       | present                   | (none)               |              | present              | (none)
 * </pre>
 */
public final class Room {
    /** A node that has announced nothing for so long is taken to be lost. */
    static final long SILENT_MS = 4 * RoomDesk.ANNOUNCE_MS;
    private static final int DEPARTED_MAX = 64;
    private static final long NEVER = Long.MAX_VALUE;

    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Map<Long, Long> heardMs = new HashMap<>();
    private final Map<String, Departure> departed = new LinkedHashMap<>();
    private List<RoomEffect> effects = new ArrayList<>();
    private RoomCommand.Bounds bounds = RoomCommand.Bounds.UNKNOWN;
    private long startedMs;
    private long epoch;
    private long version;
    private long wakeMs = NEVER;

    /** A member, and when it is given up if nothing is heard of it. */
    private static final class Entry {
        private Member member;
        private long untilMs;

        Entry(Member member, long untilMs) {
            this.member = member;
            this.untilMs = untilMs;
        }
    }

    /** @param nowMs epoch milliseconds; with the first command it begins */
    public List<RoomEffect> handle(RoomCommand command, long nowMs) {
        if (epoch == 0) {
            startedMs = nowMs;
            epoch = nowMs;
        }
        switch (command) {
            case Announce announce -> onAnnounce(announce, nowMs);
            case RoomCommand.Say(long node, Letter letter) -> onSay(node, letter);
            case RoomCommand.Received(Receipt receipt) -> onReceived(receipt);
            case RoomCommand.NodeLost(long node) -> lose(node, nowMs);
            case RoomCommand.Wake _ -> onWake(nowMs);
        }
        return finish(nowMs);
    }

    private void onAnnounce(Announce announce, long nowMs) {
        bounds = announce.bounds();
        if (announce.epoch() > epoch) {
            // Another clock, or a room that lived on elsewhere: what is said here is newer.
            epoch = announce.epoch() + 1;
        }
        boolean changed = removeAbsent(announce);
        for (Announced here : announce.here()) {
            changed |= take(announce.node(), here, nowMs);
        }
        if (isGathering(nowMs)) {
            for (Member seen : announce.seen()) {
                changed |= expect(announce.node(), seen);
            }
        }
        heardMs.put(announce.node(), nowMs);
        if (changed) {
            version++;
            tellAll(announce.node());
        } else {
            tell(announce.node(), roster());
        }
    }

    private boolean isGathering(long nowMs) {
        return nowMs - startedMs < bounds.graceMs();
    }

    private boolean removeAbsent(Announce announce) {
        Set<String> here = new HashSet<>();
        announce.here().forEach(announced -> here.add(announced.member().id()));
        Map<String, Departure> reasons = new HashMap<>();
        announce.departed().forEach(departure -> reasons.put(departure.id(), departure));
        List<Departure> absent = new ArrayList<>();
        for (String id : entries.keySet()) {
            if (nodeOf(id) == announce.node() && !here.contains(id)) {
                absent.add(reasons.getOrDefault(id, new Departure(id, Departure.Reason.LEFT)));
            }
        }
        absent.forEach(this::depart);
        return !absent.isEmpty();
    }

    private long nodeOf(String id) {
        Entry entry = entries.get(id);
        return entry == null ? 0 : entry.member.place().node();
    }

    /** @return whether the roster is another one now */
    private boolean take(long node, Announced here, long nowMs) {
        Member member = here.member();
        Entry known = entries.get(member.id());
        if (known == null) {
            return admit(node, here, nowMs);
        }
        Place old = known.member.place();
        if (old.claim() == member.place().claim()) {
            known.untilMs = NEVER;
            return false;
        }
        if (here.stage() == Announced.Stage.RESUMING) {
            put(member.at(new Place(node, old.term() + 1, member.place().claim())));
        } else if (member.place().isNewerThan(old)) {
            put(member);
        } else {
            tell(node, new RoomNews.Replaced(member.id(), member.place().claim()));
            return false;
        }
        tell(old.node(), new RoomNews.Replaced(member.id(), old.claim()));
        return true;
    }

    private boolean admit(long node, Announced here, long nowMs) {
        Member member = here.member();
        @Nullable
        RoomError refusal = switch (here.stage()) {
            case JOINING -> entries.size() >= bounds.membersMax() ? RoomError.ROOM_FULL : null;
            case RESUMING -> isGathering(nowMs) ? null : RoomError.MEMBER_GONE;
            // Its client has been told that it is in.
            case PRESENT -> null;
        };
        if (refusal != null) {
            tell(node, new RoomNews.Refused(member.id(), member.place().claim(), refusal));
            return false;
        }
        put(member);
        return true;
    }

    private void put(Member member) {
        departed.remove(member.id());
        entries.put(member.id(), new Entry(member, NEVER));
    }

    /** Believes what a node has seen of another one from which this room has not heard yet. */
    private boolean expect(long node, Member seen) {
        long home = seen.place().node();
        if (home == node || heardMs.containsKey(home) || departed.containsKey(seen.id())
            || entries.containsKey(seen.id())) {
            return false;
        }
        entries.put(seen.id(), new Entry(seen, startedMs + bounds.graceMs()));
        return true;
    }

    private void onSay(long node, Letter letter) {
        Entry from = entries.get(letter.from());
        if (from == null) {
            tell(node, new RoomNews.AnnounceWanted());
            return;
        }
        if (from.member.place().claim() != letter.claim()) {
            tell(node, new RoomNews.Replaced(letter.from(), letter.claim()));
            return;
        }
        Entry to = entries.get(letter.to());
        if (to == null) {
            tell(node, new RoomNews.Undeliverable(letter.receipt()));
        } else {
            tell(to.member.place().node(), new RoomNews.Deliver(letter));
        }
    }

    /** A receipt for one who has come back elsewhere concerns nobody. */
    private void onReceived(Receipt receipt) {
        Entry from = entries.get(receipt.from());
        if (from != null && from.member.place().claim() == receipt.claim()) {
            tell(from.member.place().node(), new RoomNews.Acknowledged(receipt));
        }
    }

    private void lose(long node, long nowMs) {
        heardMs.remove(node);
        for (Entry entry : entries.values()) {
            if (entry.member.place().node() == node) {
                entry.untilMs = Math.min(entry.untilMs, nowMs + bounds.graceMs());
            }
        }
    }

    private void onWake(long nowMs) {
        wakeMs = NEVER;
        List<Long> silent = heardMs.entrySet()
            .stream()
            .filter(heard -> nowMs - heard.getValue() >= SILENT_MS)
            .map(Map.Entry::getKey)
            .toList();
        silent.forEach(node -> lose(node, nowMs));
        List<Departure> lost = entries.values()
            .stream()
            .filter(entry -> nowMs >= entry.untilMs)
            .map(entry -> new Departure(entry.member.id(), Departure.Reason.NODE_LOST))
            .toList();
        if (!lost.isEmpty()) {
            lost.forEach(this::depart);
            version++;
            tellAll(0);
        }
        if (entries.isEmpty() && !isGathering(nowMs)) {
            effects.add(new RoomEffect.Stop());
        }
    }

    private void depart(Departure departure) {
        entries.remove(departure.id());
        departed.put(departure.id(), departure);
        Iterator<String> oldest = departed.keySet().iterator();
        if (departed.size() > DEPARTED_MAX) {
            oldest.next();
            oldest.remove();
        }
    }

    private RoomNews.Roster roster() {
        return new RoomNews.Roster(
            epoch, version, entries.values().stream().map(entry -> entry.member).toList(),
            List.copyOf(departed.values()));
    }

    /** @param another whom it concerns too, though it may have no member */
    private void tellAll(long another) {
        Set<Long> nodes = new LinkedHashSet<>();
        if (another != 0) {
            nodes.add(another);
        }
        entries.values().forEach(entry -> nodes.add(entry.member.place().node()));
        RoomNews.Roster roster = roster();
        nodes.forEach(node -> tell(node, roster));
    }

    private void tell(long node, RoomNews news) {
        effects.add(new RoomEffect.Tell(node, news));
    }

    private List<RoomEffect> finish(long nowMs) {
        long nextMs = entries.isEmpty() ? startedMs + bounds.graceMs() : NEVER;
        for (Entry entry : entries.values()) {
            nextMs = Math.min(nextMs, entry.untilMs);
        }
        for (long heard : heardMs.values()) {
            nextMs = Math.min(nextMs, heard + SILENT_MS);
        }
        boolean stops = !effects.isEmpty() && effects.getLast() instanceof RoomEffect.Stop;
        if (!stops && nextMs != wakeMs) {
            wakeMs = nextMs;
            effects.add(new RoomEffect.WakeAt(Math.max(nextMs, nowMs)));
        }
        List<RoomEffect> done = effects;
        effects = new ArrayList<>();
        return done;
    }
}
