package io.turnstone.node.auth;

/**
 * Which bearer tokens are taken (RFC 7519 §4.1). Immutable, any thread.
 *
 * @param issuer what {@code iss} must be
 * @param audience what must be among {@code aud}
 * @param userClaim the claim that names the user
 * @param clockSkewMs by which the issuer's clock may differ, in milliseconds
 * @param authorizationServer where clients get tokens, told in challenges (RFC 8898 §4); empty to tell nothing
 */
public record TokenSettings(
    String issuer, String audience, String userClaim, long clockSkewMs, String authorizationServer) {}
