package io.turnstone.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A type that a setting can have: how its text is read and the sentence that says what is allowed.
 *
 * @param parse throws {@link IllegalArgumentException} on anything else
 * @param secret whether an error message must hide what was written
 */
record ValueType<T>(Class<T> type, String allowed, Function<String, T> parse, boolean secret) {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(us|ms|s|min|h|d)");
    private static final Map<String, Duration> DURATION_UNITS = Map.of(
        "us", Duration.ofNanos(1_000), "ms", Duration.ofMillis(1), "s", Duration.ofSeconds(1), "min",
        Duration.ofMinutes(1),
        "h", Duration.ofHours(1), "d", Duration.ofDays(1));

    private static final List<ValueType<?>> ALL = List.of(
        plain(Boolean.class, "true or false", ValueType::parseBoolean),
        plain(Integer.class, "a whole number", Integer::valueOf),
        plain(Long.class, "a whole number", Long::valueOf),
        plain(String.class, "a text that is not empty", ValueType::parseText),
        plain(Duration.class, "a number with its unit (us, ms, s, min, h or d)", ValueType::parseDuration),
        plain(ByteSize.class, "a number with its unit (B, KiB, MiB or GiB)", ByteSize::parse),
        plain(HostPort.class, "HOST:PORT, IPv6 as [IP]:PORT", HostPort::parse),
        plain(ListenAddress.class,
            "IP:PORT[=PUBLIC_IP:PORT], IPv6 as [IP]:PORT, one family, a wildcard IP only with its public part",
            ListenAddress::parse),
        plain(RelayAddress.class, "IP[=PUBLIC_IP], one family, no wildcard", RelayAddress::parse),
        plain(PortRangeSetting.class, "FIRST-LAST within 1024-65535, two ports at least, such as 49152-65535",
            PortRangeSetting::parse),
        plain(IpPort.class, "IP:PORT, IPv6 as [IP]:PORT", IpPort::parse),
        plain(SipHost.class, "HOST or HOST:PORT, IPv6 as [IP] or [IP]:PORT", SipHost::parse),
        plain(TrunkAddress.class, "udp:HOST, tcp:HOST or tls:HOST, each with :PORT or without, IPv6 as [IP]",
            TrunkAddress::parse),
        plain(WebOrigin.class, "SCHEME://HOST or SCHEME://HOST:PORT without a path", WebOrigin::new),
        plain(CidrBlock.class, "ADDRESS/LENGTH or one address, such as 10.0.0.0/8 or fd00::/8", CidrBlock::parse),
        new ValueType<>(UserCredential.class, "NAME:PASSWORD, neither empty", UserCredential::parse, true),
        new ValueType<>(PushGateway.class, "PROVIDER=URL, the URL of http or https, with a host and without a user",
            PushGateway::parse, true),
        new ValueType<>(Secret.class, "a text that is not empty", Secret::new, true));

    /** The type of a record component that is neither a record of settings, a list nor optional. */
    static Optional<ValueType<?>> of(Class<?> type) {
        Class<?> boxed = type == int.class
            ? Integer.class
            : type == long.class
                ? Long.class
                : type == boolean.class ? Boolean.class : type;
        if (boxed.isEnum()) {
            return Optional.of(enumeration(boxed.asSubclass(Enum.class)));
        }
        return ALL.stream().filter(candidate -> candidate.type.equals(boxed)).findFirst();
    }

    String shown(String written) {
        return secret ? Secret.HIDDEN : written;
    }

    private static <T> ValueType<T> plain(Class<T> type, String allowed, Function<String, T> parse) {
        return new ValueType<>(type, allowed, parse, false);
    }

    @SuppressWarnings("rawtypes") // an enum class met by reflection has no type argument
    private static ValueType<Enum> enumeration(Class<? extends Enum> type) {
        List<Enum> constants = List.<Enum>of(type.getEnumConstants());
        String allowed = String.join(", ", constants.stream().map(constant -> Kebab.of(constant.name())).toList());
        return new ValueType<>(Enum.class, allowed, text -> constants.stream()
            .filter(constant -> Kebab.of(constant.name()).equals(text))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException(text)), false);
    }

    private static Boolean parseBoolean(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("'" + text + "' is neither true nor false");
        };
    }

    private static String parseText(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("the text is empty");
        }
        return text;
    }

    private static Duration parseDuration(String text) {
        Matcher matcher = DURATION.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no number with a unit of time");
        }
        return DURATION_UNITS.getOrDefault(matcher.group(2), Duration.ZERO)
            .multipliedBy(Long.parseLong(matcher.group(1)));
    }
}
