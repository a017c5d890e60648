package io.turnstone.node.cluster;

import io.turnstone.node.rooms.Announced;
import io.turnstone.node.rooms.Departure;
import io.turnstone.node.rooms.Letter;
import io.turnstone.node.rooms.Member;
import io.turnstone.node.rooms.Place;
import io.turnstone.node.rooms.Receipt;
import io.turnstone.node.rooms.RoomCommand;
import io.turnstone.node.rooms.RoomError;
import io.turnstone.node.rooms.RoomNews;
import io.turnstone.protocol.wire.RoomAnnounced;
import io.turnstone.protocol.wire.RoomAnnouncement;
import io.turnstone.protocol.wire.RoomDeparture;
import io.turnstone.protocol.wire.RoomLetter;
import io.turnstone.protocol.wire.RoomMember;
import io.turnstone.protocol.wire.RoomReceipt;
import io.turnstone.protocol.wire.RoomRefusal;
import io.turnstone.protocol.wire.RoomReplacement;
import io.turnstone.protocol.wire.RoomRoster;
import io.turnstone.protocol.wire.RoomSaying;
import io.turnstone.protocol.wire.RoomTidings;
import io.turnstone.protocol.wire.RoomTold;
import java.util.List;

/** Maps what nodes and rooms tell each other onto {@code session.proto} and back. Stateless, any thread. */
final class RoomTellings {
    /** The numbers of stages and reasons; they never change. */
    private static final List<Announced.Stage> STAGES = List
        .of(Announced.Stage.JOINING, Announced.Stage.RESUMING, Announced.Stage.PRESENT);
    private static final List<Departure.Reason> REASONS = List
        .of(Departure.Reason.LEFT, Departure.Reason.CONNECTION_LOST, Departure.Reason.NODE_LOST);

    private RoomTellings() {}

    /** @throws IllegalArgumentException for what only the room's own node can know */
    static RoomTold encode(RoomCommand command) {
        RoomTold.Builder wire = RoomTold.newBuilder();
        return switch (command) {
            case RoomCommand.Announce announce -> wire.setAnnouncement(encode(announce)).build();
            case RoomCommand.Say(long node, Letter letter) ->
                wire.setSaying(RoomSaying.newBuilder().setNode(node).setLetter(encode(letter))).build();
            case RoomCommand.Received(Receipt receipt) -> wire.setReceived(encode(receipt)).build();
            case RoomCommand.NodeLost _,RoomCommand.Wake _ ->
                throw new IllegalArgumentException("does not travel between nodes: " + command);
        };
    }

    private static RoomAnnouncement encode(RoomCommand.Announce announce) {
        RoomAnnouncement.Builder wire = RoomAnnouncement.newBuilder()
            .setNode(announce.node())
            .setMembersMax(announce.bounds().membersMax())
            .setGraceMs(announce.bounds().graceMs())
            .setEpoch(announce.epoch());
        announce.here()
            .forEach(
                here -> wire.addHere(
                    RoomAnnounced.newBuilder()
                        .setMember(encode(here.member()))
                        .setStage(numberOf(STAGES, here.stage()))));
        announce.seen().forEach(seen -> wire.addSeen(encode(seen)));
        announce.departed().forEach(departure -> wire.addDeparted(encode(departure)));
        return wire.build();
    }

    private static <T> int numberOf(List<T> values, T value) {
        return values.indexOf(value) + 1;
    }

    private static <T> T ofNumber(List<T> values, int number, String kind) {
        if (number < 1 || number > values.size()) {
            throw new IllegalArgumentException(kind + " " + number + " is not known here");
        }
        return values.get(number - 1);
    }

    private static RoomMember encode(Member member) {
        return RoomMember.newBuilder()
            .setId(member.id())
            .setName(member.name())
            .setUser(member.user())
            .setNode(member.place().node())
            .setTerm(member.place().term())
            .setClaim(member.place().claim())
            .build();
    }

    private static RoomDeparture encode(Departure departure) {
        return RoomDeparture.newBuilder()
            .setId(departure.id())
            .setReason(numberOf(REASONS, departure.reason()))
            .build();
    }

    private static RoomLetter encode(Letter letter) {
        return RoomLetter.newBuilder()
            .setFrom(letter.from())
            .setClaim(letter.claim())
            .setTo(letter.to())
            .setNumber(letter.number())
            .setAfter(letter.after())
            .setText(letter.text())
            .build();
    }

    private static RoomReceipt encode(Receipt receipt) {
        return RoomReceipt.newBuilder()
            .setFrom(receipt.from())
            .setClaim(receipt.claim())
            .setTo(receipt.to())
            .setNumber(receipt.number())
            .build();
    }

    /** @throws IllegalArgumentException if a value is none that this version knows */
    static RoomCommand decode(RoomTold wire) {
        return switch (wire.getTellingCase()) {
            case ANNOUNCEMENT -> decode(wire.getAnnouncement());
            case SAYING -> new RoomCommand.Say(wire.getSaying().getNode(), decode(wire.getSaying().getLetter()));
            case RECEIVED -> new RoomCommand.Received(decode(wire.getReceived()));
            case TELLING_NOT_SET -> throw new IllegalArgumentException("a telling of a kind that is not known here");
        };
    }

    private static RoomCommand.Announce decode(RoomAnnouncement wire) {
        return new RoomCommand.Announce(
            wire.getNode(),
            new RoomCommand.Bounds(wire.getMembersMax(), wire.getGraceMs()),
            wire.getEpoch(),
            wire.getHereList()
                .stream()
                .map(here -> new Announced(decode(here.getMember()), ofNumber(STAGES, here.getStage(), "stage")))
                .toList(),
            wire.getSeenList().stream().map(RoomTellings::decode).toList(),
            wire.getDepartedList().stream().map(RoomTellings::decode).toList());
    }

    private static Member decode(RoomMember wire) {
        return new Member(wire.getId(), wire.getName(), wire.getUser(),
            new Place(wire.getNode(), wire.getTerm(), wire.getClaim()));
    }

    private static Departure decode(RoomDeparture wire) {
        return new Departure(wire.getId(), ofNumber(REASONS, wire.getReason(), "reason"));
    }

    private static Letter decode(RoomLetter wire) {
        return new Letter(wire.getFrom(), wire.getClaim(), wire.getTo(), wire.getNumber(), wire.getAfter(),
            wire.getText());
    }

    private static Receipt decode(RoomReceipt wire) {
        return new Receipt(wire.getFrom(), wire.getClaim(), wire.getTo(), wire.getNumber());
    }

    /** @param room as clients call it */
    static RoomTidings encode(String room, RoomNews news) {
        RoomTidings.Builder wire = RoomTidings.newBuilder().setRoom(room);
        switch (news) {
            case RoomNews.Roster roster -> wire.setRoster(encode(roster));
            case RoomNews.Refused(String member, long claim, RoomError error) -> wire.setRefused(
                RoomRefusal.newBuilder().setMember(member).setClaim(claim).setError(error.code()));
            case RoomNews.Deliver(Letter letter) -> wire.setDeliver(encode(letter));
            case RoomNews.Acknowledged(Receipt receipt) -> wire.setAcknowledged(encode(receipt));
            case RoomNews.Undeliverable(Receipt receipt) -> wire.setUndeliverable(encode(receipt));
            case RoomNews.Replaced(String member, long claim) ->
                wire.setReplaced(RoomReplacement.newBuilder().setMember(member).setClaim(claim));
            case RoomNews.AnnounceWanted _ -> wire.setAnnounceWanted(true);
        }
        return wire.build();
    }

    private static RoomRoster encode(RoomNews.Roster roster) {
        RoomRoster.Builder wire = RoomRoster.newBuilder().setEpoch(roster.epoch()).setVersion(roster.version());
        roster.members().forEach(member -> wire.addMembers(encode(member)));
        roster.departed().forEach(departure -> wire.addDeparted(encode(departure)));
        return wire.build();
    }

    /** @throws IllegalArgumentException if a value is none that this version knows */
    static RoomNews decode(RoomTidings wire) {
        return switch (wire.getNewsCase()) {
            case ROSTER -> new RoomNews.Roster(
                wire.getRoster().getEpoch(),
                wire.getRoster().getVersion(),
                wire.getRoster().getMembersList().stream().map(RoomTellings::decode).toList(),
                wire.getRoster().getDepartedList().stream().map(RoomTellings::decode).toList());
            case REFUSED -> new RoomNews.Refused(
                wire.getRefused().getMember(), wire.getRefused().getClaim(),
                RoomError.ofCode(wire.getRefused().getError()));
            case DELIVER -> new RoomNews.Deliver(decode(wire.getDeliver()));
            case ACKNOWLEDGED -> new RoomNews.Acknowledged(decode(wire.getAcknowledged()));
            case UNDELIVERABLE -> new RoomNews.Undeliverable(decode(wire.getUndeliverable()));
            case REPLACED -> new RoomNews.Replaced(wire.getReplaced().getMember(), wire.getReplaced().getClaim());
            case ANNOUNCE_WANTED -> new RoomNews.AnnounceWanted();
            case NEWS_NOT_SET -> throw new IllegalArgumentException("news of a kind that is not known here");
        };
    }
}
