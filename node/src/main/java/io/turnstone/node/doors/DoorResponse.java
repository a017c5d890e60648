package io.turnstone.node.doors;

import java.util.Map;

/**
 * What a door answers: JSON. Immutable, any thread.
 *
 * @param headers what it says besides
 */
record DoorResponse(int status, String body, Map<String, String> headers) {
    DoorResponse(int status, String body) {
        this(status, body, Map.of());
    }

    DoorResponse with(String header, String value) {
        return new DoorResponse(status, body, Map.of(header, value));
    }
}
