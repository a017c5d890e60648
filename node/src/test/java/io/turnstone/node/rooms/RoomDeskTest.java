package io.turnstone.node.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.auth.CredentialIssuer;
import io.turnstone.node.auth.CredentialIssuer.Credential;
import io.turnstone.node.auth.TurnUser;
import io.turnstone.protocol.json.JsonObject;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What clients of three nodes say and hear. */
class RoomDeskTest {
    private final RoomNetwork network = new RoomNetwork(3);

    private RoomClient joined(long node, String user) {
        RoomClient client = network.connect(node).join("stand-up", user);
        assertThat(client.all("joined")).hasSize(1);
        return client;
    }

    private void sayJoin(RoomClient client, String room, Credential credential) {
        client.say("{\"type\":\"join\",\"room\":\"" + room + "\",\"username\":\"" + credential.username()
            + "\",\"credential\":\"" + credential.password() + "\"}");
    }

    private Credential credential(String user, String callId, long lifetimeS) {
        return new CredentialIssuer(RoomNetwork.SHARED_SECRETS)
            .issue(new TurnUser(user, callId), lifetimeS, network.nowMs());
    }

    @Test
    void shouldShowMembersOfDifferentNodesToEachOther() {
        RoomClient alice = joined(1, "alice");
        RoomClient bob = joined(2, "bob");

        JsonObject welcome = bob.last("joined");
        assertThat(welcome.text("room")).isEqualTo("stand-up");
        assertThat(welcome.objects("members")).singleElement()
            .satisfies(member -> assertThat(member.text("id")).isEqualTo(alice.id()))
            .satisfies(member -> assertThat(member.text("name")).isEqualTo("alice"))
            .satisfies(member -> assertThat(member.text("user")).isEqualTo("alice"));
        assertThat(alice.last("member-joined").text("id")).isEqualTo(bob.id());
        assertThat(alice.last("joined").objects("members")).isEmpty();
    }

    @Test
    void shouldPassOffersOnUntouchedToWhomTheyAreFor() {
        RoomClient alice = joined(1, "alice");
        RoomClient bob = joined(2, "bob");
        RoomClient carol = joined(3, "carol");
        String offer = "{\"type\":\"offer\",\"to\":\"" + bob.id() + "\",\"sdp\":\"v=0\\r\\n\",\"n\":1.50}";

        alice.say(offer);

        assertThat(bob.raw()).contains("{\"from\":\"" + alice.id() + "\"," + offer.substring(1));
        assertThat(carol.all("offer")).isEmpty();
        assertThat(alice.errors()).isEmpty();
    }

    @Test
    void shouldKeepTheOrderFromOneToAnother() {
        RoomClient alice = joined(1, "alice");
        RoomClient bob = joined(2, "bob");
        List<String> texts = IntStream.range(0, 80).mapToObj(Integer::toString).toList();

        texts.forEach(text -> alice.tell(bob, text));

        assertThat(bob.texts()).isEqualTo(texts);
    }

    @Test
    void shouldTellWhoLeavesAndWhy() {
        RoomClient alice = joined(1, "alice");
        RoomClient bob = joined(2, "bob");
        RoomClient carol = joined(3, "carol");

        bob.leave();
        carol.close();

        assertThat(alice.all("member-left")).extracting(message -> message.text("id"))
            .containsExactly(bob.id(), carol.id());
        assertThat(alice.all("member-left")).extracting(message -> message.text("reason")).containsOnly("left");
        assertThat(bob.all("left")).hasSize(1);
        assertThat(bob.isOpen()).isTrue();
    }

    @Test
    void shouldForgetARoomThatIsEmpty() {
        RoomClient alice = joined(1, "alice");
        RoomClient bob = joined(2, "bob");
        alice.leave();
        bob.leave();
        network.pass(Room.SILENT_MS + 1_000);

        assertThat(network.hasRoom("stand-up")).isFalse();
        assertThat(network.rooms(1) + network.rooms(2)).isZero();
        assertThat(network.members(1) + network.members(2)).isZero();
    }

    @Test
    void shouldTakeACredentialThatADoorGivesOut() {
        RoomClient alice = network.connect(1);
        sayJoin(alice, "stand-up", credential("alice@example.org", "", 60));

        assertThat(alice.all("joined")).hasSize(1);
    }

    @Test
    void shouldLetACredentialForARoomIntoThatRoomOnly() {
        Credential credential = credential("alice", "room/stand-up", 60);
        RoomClient alice = network.connect(1);
        sayJoin(alice, "other", credential);
        assertThat(alice.errors()).containsExactly("forbidden");

        sayJoin(alice, "stand-up", credential);
        assertThat(alice.all("joined")).hasSize(1);
    }

    @Test
    void shouldRefuseWhoProvesNothingAndStayOpen() {
        RoomClient mallory = network.connect(1);
        Credential credential = credential("alice", "", 60);
        mallory.say("{\"type\":\"join\",\"room\":\"stand-up\"}");
        mallory.say("{\"type\":\"join\",\"room\":\"stand-up\",\"username\":\"alice\",\"credential\":\"x\"}");
        mallory.say("{\"type\":\"join\",\"room\":\"stand-up\",\"username\":\"nobody\",\"credential\":\"x\"}");
        mallory.say("{\"type\":\"join\",\"room\":\"stand-up\",\"token\":\"a.b.c\"}");
        mallory.resume("stand-up", "xyz");
        sayJoin(mallory, "stand-up", new Credential(credential.username() + "x", credential.password(), 60));

        assertThat(mallory.errors()).hasSize(6).containsOnly("unauthorized");
        assertThat(mallory.isOpen()).isTrue();
        assertThat(network.counters(1).get(RoomCounter.UNAUTHORIZED)).isEqualTo(6);
        sayJoin(mallory, "stand-up", credential);
        assertThat(mallory.all("joined")).hasSize(1);
    }

    @Test
    void shouldRefuseACredentialWhoseTimeHasPassed() {
        Credential credential = credential("alice", "", 5);
        network.pass(5_000);
        RoomClient alice = network.connect(1);
        sayJoin(alice, "stand-up", credential);

        assertThat(alice.errors()).containsExactly("unauthorized");
    }

    @Test
    void shouldAnswerNonsenseAndGoOn() {
        RoomClient alice = joined(1, "alice");
        alice.say("nonsense");
        alice.say("{\"type\":\"shout\"}");
        alice.say("{\"type\":\"offer\"}");
        alice.join("stand-up", "alice");
        alice.tell("nobody", "hello");
        RoomClient stranger = network.connect(1);
        stranger.leave();
        stranger.tell("nobody", "hello");

        assertThat(alice.errors())
            .containsExactly("bad-json", "unknown-type", "bad-message", "already-joined", "no-such-member");
        assertThat(stranger.errors()).containsExactly("not-joined", "not-joined");
        assertThat(alice.last("error").text("about")).isEqualTo("message");
        assertThat(alice.last("error").text("to")).isEqualTo("nobody");
    }

    @Test
    void shouldLimitMembersOfARoom() {
        List.of("alice", "bob", "carol", "dave", "eve").forEach(user -> joined(1, user));
        RoomClient frank = network.connect(2).join("stand-up", "frank");

        assertThat(frank.errors()).containsExactly("room-full");
        frank.join("other", "frank");
        assertThat(frank.all("joined")).hasSize(1);
    }

    @Test
    void shouldLimitRoomsOfAUser() {
        for (int i = 0; i < RoomNetwork.LIMITS.roomsPerUserMax(); i++) {
            network.connect(1).join("room" + i, "alice");
        }
        RoomClient alice = network.connect(1).join("another", "alice");
        assertThat(alice.errors()).containsExactly("too-many-rooms");
    }

    @Test
    void shouldLimitMessagesInASecond() {
        RoomClient alice = joined(1, "alice");
        RoomClient bob = joined(2, "bob");
        IntStream.range(0, 150).forEach(i -> alice.tell(bob, "x"));

        assertThat(bob.texts()).hasSize(99);
        assertThat(alice.errors()).hasSize(51).containsOnly("too-fast");
        network.pass(1_000);
        alice.tell(bob, "y");
        assertThat(bob.texts()).endsWith("y");
    }

    @Test
    void shouldEndAConnectionByWhichNobodyJoins() {
        RoomClient idle = network.connect(1);
        RoomClient alice = joined(1, "alice");
        network.pass(RoomDesk.JOIN_MS);

        assertThat(idle.errors()).containsExactly("late");
        assertThat(idle.isOpen()).isFalse();
        assertThat(alice.isOpen()).isTrue();
    }

    @Test
    void shouldTellWhereMediaAreRelayed() {
        network.giveIceServers();
        RoomClient alice = joined(1, "alice");

        List<JsonObject> servers = alice.last("joined").objects("iceServers");
        assertThat(servers.getFirst().texts("urls")).containsExactly("stun:192.0.2.1:3478");
        assertThat(servers.getLast().texts("urls")).containsExactly("turn:192.0.2.1:3478?transport=udp");
        String account = RoomNetwork.SHARED_SECRETS.account(String.valueOf(servers.getLast().text("username")));
        assertThat(TurnUser.ofCall("room/stand-up").test(account)).isTrue();
        assertThat(account).startsWith("alice#");
    }

    @Test
    void shouldTellNothingOfRelaysWhereNoneAreSet() {
        assertThat(joined(1, "alice").last("joined").has("iceServers")).isFalse();
    }
}
