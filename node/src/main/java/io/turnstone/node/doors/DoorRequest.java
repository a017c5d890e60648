package io.turnstone.node.doors;

import java.util.Map;

/**
 * A request to a door, whatever carried it. Immutable, any thread.
 *
 * @param path without query, decoded
 * @param query its parameters; the first of each name
 * @param authorization the header field of that name; empty without
 * @param body as UTF-8
 */
record DoorRequest(String method, String path, Map<String, String> query, String authorization, String body) {}
