package io.turnstone.node.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.protocol.json.JsonObject;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientMessageTest {
    @Test
    void shouldReadAJoinByEachProof() {
        assertThat(ClientMessage.read("""
            {"type":"join","room":"stand-up","name":"Alice","username":"1:alice","credential":"x="}"""))
            .isEqualTo(
                new ClientMessage.Join("stand-up", "Alice", new ClientMessage.Proof.Password("1:alice", "x=")));
        assertThat(ClientMessage.read("{\"type\":\"join\",\"room\":\"r\",\"token\":\"a.b.c\"}"))
            .isEqualTo(new ClientMessage.Join("r", "", new ClientMessage.Proof.Token("a.b.c")));
        assertThat(ClientMessage.read("{\"type\":\"join\",\"room\":\"r\",\"resume\":\"s\"}"))
            .isEqualTo(new ClientMessage.Join("r", "", new ClientMessage.Proof.Resume("s")));
        assertThat(ClientMessage.read("{\"type\":\"join\",\"room\":\"r\"}"))
            .isEqualTo(new ClientMessage.Join("r", "", new ClientMessage.Proof.None()));
    }

    @Test
    void shouldDeliverAMessageAsItCameWithItsSender() {
        String text = " { \"type\" : \"candidate\",\"to\":\"B\", \"candidate\":{\"sdpMid\":\"0\",\"x\":[1.50,null]} } ";

        assertThat(ClientMessage.read(text)).isInstanceOfSatisfying(ClientMessage.ToMember.class, message -> {
            assertThat(message.type()).isEqualTo("candidate");
            assertThat(message.to()).isEqualTo("B");
            assertThat(message.from("A")).isEqualTo(
                "{\"from\":\"A\", \"type\" : \"candidate\",\"to\":\"B\", \"candidate\":{\"sdpMid\":\"0\",\"x\":[1.50,null]} } ");
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
        "hello;BAD_JSON",
        "[];BAD_JSON",
        "{\"type\":\"leave\"}x;BAD_JSON",
        "{\"type\":\"leave\",\"type\":\"leave\"};BAD_JSON",
        "{};BAD_MESSAGE",
        "{\"type\":1};BAD_MESSAGE",
        "{\"type\":\"shout\"};UNKNOWN_TYPE",
        "{\"type\":\"offer\"};BAD_MESSAGE",
        "{\"type\":\"offer\",\"to\":7};BAD_MESSAGE",
        "{\"type\":\"offer\",\"to\":\"b\",\"from\":\"c\"};BAD_MESSAGE",
        "{\"type\":\"join\"};BAD_MESSAGE",
        "{\"type\":\"join\",\"room\":\"\"};BAD_MESSAGE",
        "{\"type\":\"join\",\"room\":\"a/b\"};BAD_MESSAGE",
        "{\"type\":\"join\",\"room\":\"r\",\"name\":null};BAD_MESSAGE",
        "{\"type\":\"join\",\"room\":\"r\",\"name\":\"a\\u0000\"};BAD_MESSAGE",
        "{\"type\":\"join\",\"room\":\"r\",\"username\":\"alice\"};BAD_MESSAGE",
        "{\"type\":\"join\",\"room\":\"r\",\"token\":5};BAD_MESSAGE",
        "{\"type\":\"join\",\"room\":\"r\",\"resume\":{}};BAD_MESSAGE",
    })
    void shouldSayWhatIsWrong(String text, RoomError error) {
        assertThat(ClientMessage.read(text))
            .isInstanceOfSatisfying(ClientMessage.Wrong.class, wrong -> assertThat(wrong.error()).isEqualTo(error));
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 10_000})
    void shouldNotFollowNestingThatIsTooDeep(int depth) {
        String text = "{\"type\":\"message\",\"to\":\"b\",\"x\":" + "[".repeat(depth) + "]".repeat(depth) + "}";

        assertThat(ClientMessage.read(text)).isEqualTo(new ClientMessage.Wrong(RoomError.BAD_JSON, ""));
    }

    /** What is passed on is JSON again, with one sender. */
    @Test
    void shouldReadOrRefuseWhateverComes() {
        Random random = new Random(20_261_130);
        String model = "{\"type\":\"offer\",\"to\":\"b\",\"sdp\":\"v=0\\r\\n\",\"n\":[1,{\"from\":\"x\"}]}";
        int passed = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(model);
            for (int change = random.nextInt(3); change >= 0; change--) {
                text.setCharAt(random.nextInt(text.length()), (char) (random.nextInt(0x60) + 0x20));
            }
            if (ClientMessage.read(text.toString()) instanceof ClientMessage.ToMember message) {
                JsonObject read = Objects.requireNonNull(JsonObject.parse(message.from("me")), text.toString());
                assertThat(read.text("from")).isEqualTo("me");
                passed++;
            }
        }
        assertThat(passed).isPositive();
    }
}
