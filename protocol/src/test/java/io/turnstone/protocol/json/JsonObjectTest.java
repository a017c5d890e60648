package io.turnstone.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonObjectTest {
    private static JsonObject read(String text) {
        return Objects.requireNonNull(JsonObject.parse(text), text);
    }

    @Test
    void shouldReadEachKindOfValue() {
        JsonObject object = read("""
            {"text": "a\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e4\\ud83d\\ude00é", "whole": -12, "broken": 1.5e+2, "yes": true,
             "no": false, "nothing": null, "empty": {}, "none": [], "list": ["a", 1, "b", {"x": "y"}]}
            """);

        assertThat(object.text("text")).isEqualTo("a\"\\/\b\f\n\r\tä😀é");
        assertThat(object.number("whole")).hasValue(-12);
        assertThat(object.number("broken")).hasValue(150);
        assertThat(object.has("nothing")).isTrue();
        assertThat(object.text("nothing")).isNull();
        assertThat(object.has("absent")).isFalse();
        assertThat(object.texts("list")).containsExactly("a", "b");
        assertThat(object.texts("whole")).isEmpty();
        assertThat(object.texts("none")).isEmpty();
        assertThat(object.objects("list")).containsExactly(read("{\"x\":\"y\"}"));
        assertThat(object.objects("text")).isEmpty();
    }

    @Test
    void shouldTakeATextForAListOfOne() {
        assertThat(read("{\"aud\":\"one\"}").texts("aud")).containsExactly("one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "[]", "\"x\"", "{", "{}}", "{} x", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}",
        "{'a':1}", "{\"a\":1 \"b\":2}", "{\"a\":01}", "{\"a\":+1}", "{\"a\":.5}", "{\"a\":1.}", "{\"a\":1e}",
        "{\"a\":NaN}", "{\"a\":tru}", "{\"a\":\"\t\"}", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12g4\"}", "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\udc00\\ud800\"}", "{\"a\":[1,]}", "{\"a\":[1 2]}", "{\"a\":1,\"a\":2}",
        "{\"a\":null,\"\\u0061\":2}",
        "{\"a\":\"x}", "{\"a\":\"\\", "{\"a\":\"\\u00"})
    void shouldRefuseWhatIsNoObject(String text) {
        assertThat(JsonObject.parse(text)).isNull();
    }

    @Test
    void shouldLimitHowDeepItGoes() {
        assertThat(JsonObject.parse("{\"a\":" + "[".repeat(15) + "]".repeat(15) + "}")).isNotNull();
        assertThat(JsonObject.parse("{\"a\":" + "[".repeat(16) + "]".repeat(16) + "}")).isNull();
        assertThat(JsonObject.parse("{\"a\":" + "[".repeat(100_000))).isNull();
    }

    static LongStream seeds() {
        return LongStream.range(0, 200);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void shouldReadWhatTheWriterWrites(long seed) {
        Random random = new Random(seed);
        String text = text(random);
        long number = random.nextLong(1L << 53);
        List<String> texts = List.of(text(random), text(random));

        JsonObject object = read(
            new JsonWriter().object()
                .put("text", text)
                .put("number", number)
                .object("inner")
                .put("texts", texts)
                .endObject()
                .put("texts", texts)
                .endObject()
                .toString());

        assertThat(object.text("text")).isEqualTo(text);
        assertThat(object.number("number")).hasValue((double) number);
        assertThat(object.texts("texts")).isEqualTo(texts);
        assertThat(object.has("inner")).isTrue();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void shouldNotFailOnNonsense(long seed) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder("{\"a\":[1,\"b\\n\",{\"c\":null}],\"d\":-1.5e3}");
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            text.setCharAt(random.nextInt(text.length()), "{}[]\",:\\u0ae-+.\0 ".charAt(random.nextInt(17)));
        }

        JsonObject object = JsonObject.parse(text.toString());

        assertThat(object == null || object.equals(JsonObject.parse(text.toString()))).isTrue();
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(20); i > 0; i--) {
            int point = random.nextInt(random.nextBoolean() ? 0x80 : 0x1_1000);
            text.appendCodePoint(Character.getType(point) == Character.SURROGATE ? 'x' : point);
        }
        return text.toString();
    }
}
