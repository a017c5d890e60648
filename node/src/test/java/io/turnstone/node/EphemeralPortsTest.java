package io.turnstone.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EphemeralPortsTest {
    @ParameterizedTest
    @CsvSource({
        "'32768\t60999\n', '\n', 49152, 65535, true",
        "'32768\t60999\n', '\n', 61000, 65535, false",
        "'32768\t60999\n', '\n', 60999, 65535, true",
        "'32768\t60999\n', '\n', 10000, 32767, false",
        "'32768\t60999\n', '49152-65535\n', 49152, 65535, false",
        "'32768\t60999\n', '8080,49152-50000,50001,50002-65535\n', 49152, 65535, false",
        "'32768\t60999\n', '8080,49152-50000,50002-65535\n', 49152, 65535, true",
    })
    void shouldTellWhetherAnyPortMayBeGivenAway(String given, String reserved, int first, int last, boolean reached) {
        assertThat(EphemeralPorts.parse(given, reserved).reach(first, last)).isEqualTo(reached);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldReadThoseOfThisMachine() throws IOException {
        EphemeralPorts ports = EphemeralPorts.ofThisMachine();

        assertThat(ports.given().first()).isBetween(1, ports.given().last());
    }
}
