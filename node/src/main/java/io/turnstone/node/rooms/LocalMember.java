package io.turnstone.node.rooms;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A member whose client is connected to this node, or was until just now. The rooms' thread. */
final class LocalMember {
    /** The connection of one that has none. */
    static final long AWAY = 0;
    private static final int HELD_MAX = 256;
    private static final int HELD_CHARACTERS_MAX = 1 << 19;

    private final String secret;
    private final Map<String, Lane> lanes = new LinkedHashMap<>();
    private final Map<String, Heard> heard = new HashMap<>();
    private final boolean comesBack;
    private Member member;
    private Announced.Stage stage;
    private long connection;
    private long sinceMs;
    private long lastNumber;
    private int heldCount;
    private int heldCharacters;

    /** The last letter that has come from a sender. */
    private record Heard(long claim, long last) {}

    /**
     * @param secret by which it may come back
     * @param comesBack whether it has been a member by another node
     */
    LocalMember(Member member, String secret, boolean comesBack, long connection, long nowMs) {
        this.member = member;
        this.secret = secret;
        this.comesBack = comesBack;
        this.stage = comesBack ? Announced.Stage.RESUMING : Announced.Stage.JOINING;
        this.connection = connection;
        this.sinceMs = nowMs;
    }

    Member member() {
        return member;
    }

    String id() {
        return member.id();
    }

    long claim() {
        return member.place().claim();
    }

    String secret() {
        return secret;
    }

    boolean comesBack() {
        return comesBack;
    }

    Announced announced() {
        return new Announced(member, stage);
    }

    boolean isPresent() {
        return stage == Announced.Stage.PRESENT;
    }

    /** The room has said so. */
    void present(Place place) {
        member = member.at(place);
        stage = Announced.Stage.PRESENT;
    }

    long connection() {
        return connection;
    }

    boolean isAway() {
        return connection == AWAY;
    }

    /** Since when it is away, or waits for the room. */
    long sinceMs() {
        return sinceMs;
    }

    void connect(long other, long nowMs) {
        connection = other;
        sinceMs = nowMs;
    }

    /** @return null if as much waits as may */
    @Nullable
    Letter hold(ClientMessage.ToMember message, long nowMs) {
        String text = message.from(id());
        if (heldCount >= HELD_MAX || heldCharacters + text.length() > HELD_CHARACTERS_MAX) {
            return null;
        }
        heldCount++;
        heldCharacters += text.length();
        return lanes.computeIfAbsent(message.to(), to -> new Lane(id(), claim(), to))
            .add(new Lane.Held(++lastNumber, message.type(), text, nowMs));
    }

    List<Lane> lanes() {
        return List.copyOf(lanes.values());
    }

    @Nullable
    Lane lane(String to) {
        return lanes.get(to);
    }

    /** Lets go of what the receipt speaks of; returns it. */
    List<Lane.Held> release(Receipt receipt) {
        Lane lane = lanes.get(receipt.to());
        return lane == null ? List.of() : released(lane.release(receipt.number()));
    }

    /** Lets go of what has been held since before then; returns it. */
    List<Lane.Held> releaseOlder(Lane lane, long sinceMs) {
        return released(lane.releaseOlder(sinceMs));
    }

    private List<Lane.Held> released(List<Lane.Held> messages) {
        heldCount -= messages.size();
        messages.forEach(message -> heldCharacters -= message.text().length());
        return messages;
    }

    /** Forgets another member; returns what was held for it. */
    List<Lane.Held> forget(String other) {
        heard.remove(other);
        Lane lane = lanes.remove(other);
        return lane == null ? List.of() : released(lane.releaseAll());
    }

    /** Whether its client has got that. */
    boolean hasReceived(Letter letter) {
        return letter.number() <= lastFrom(letter);
    }

    /** Whether all that its client has to get before that one has been got. */
    boolean isNext(Letter letter) {
        return letter.after() <= lastFrom(letter);
    }

    private long lastFrom(Letter letter) {
        Heard from = heard.get(letter.from());
        return from == null || from.claim() != letter.claim() ? 0 : from.last();
    }

    void received(Letter letter) {
        heard.put(letter.from(), new Heard(letter.claim(), letter.number()));
    }
}
