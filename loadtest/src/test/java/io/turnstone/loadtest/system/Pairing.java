package io.turnstone.loadtest.system;

import static io.turnstone.loadtest.system.PhoneKind.JSSIP;
import static io.turnstone.loadtest.system.PhoneKind.SIP_JS;
import static io.turnstone.loadtest.system.PhoneKind.SIP_JS_IN_FIREFOX;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.support.ParameterDeclarations;

/** Who calls whom. */
enum Pairing {
    SIP_JS_CALLS_JSSIP(SIP_JS, JSSIP),
    JSSIP_CALLS_SIP_JS(JSSIP, SIP_JS),
    FIREFOX_CALLS_JSSIP(SIP_JS_IN_FIREFOX, JSSIP),
    JSSIP_CALLS_FIREFOX(JSSIP, SIP_JS_IN_FIREFOX),
    SIP_JS_CALLS_SIP_JS(SIP_JS, SIP_JS),
    JSSIP_CALLS_JSSIP(JSSIP, JSSIP);

    private final PhoneKind caller;
    private final PhoneKind callee;

    Pairing(PhoneKind caller, PhoneKind callee) {
        this.caller = caller;
        this.callee = callee;
    }

    PhoneKind caller() {
        return caller;
    }

    PhoneKind callee() {
        return callee;
    }

    /** What a test is run with: both libraries in both parts, and Firefox; with the tag {@code full} every pairing. */
    private static Stream<Pairing> of(ExtensionContext context) {
        return isFull(context)
            ? Arrays.stream(values())
            : Stream.of(SIP_JS_CALLS_JSSIP, JSSIP_CALLS_SIP_JS, FIREFOX_CALLS_JSSIP);
    }

    /** With the tag {@code full} each twice in a row: the phones are once at one node and once at different ones. */
    private static Stream<Arguments> placed(Stream<Arguments> all, ExtensionContext context) {
        return isFull(context) ? all.flatMap(one -> Stream.of(one, one)) : all;
    }

    private static boolean isFull(ExtensionContext context) {
        return context.getTags().contains("full");
    }

    /** Gives a test who calls whom. */
    static final class Each implements ArgumentsProvider {
        @Override
        public Stream<? extends Arguments> provideArguments(ParameterDeclarations parameters,
            ExtensionContext context) {
            return placed(of(context).map(Arguments::of), context);
        }
    }

    /** Which of a callee's phones is answered. */
    static final class EachAnswering implements ArgumentsProvider {
        @Override
        public Stream<? extends Arguments> provideArguments(ParameterDeclarations parameters,
            ExtensionContext context) {
            return placed(Stream.of(SIP_JS, JSSIP).map(Arguments::of), context);
        }
    }

    /** And who loses a WebSocket: either is lost at one node and at different ones, since the pairings are an odd number. */
    static final class EachAndLoss implements ArgumentsProvider {
        @Override
        public Stream<? extends Arguments> provideArguments(ParameterDeclarations parameters,
            ExtensionContext context) {
            return placed(Party.ALL.stream()
                .flatMap(loses -> of(context).map(pairing -> Arguments.of(pairing, loses))), context);
        }
    }

    /** And who hangs up then: who was lost, or the other side, by pairing; with the tag {@code full} either. */
    static final class EachAndLossAndBye implements ArgumentsProvider {
        @Override
        public Stream<? extends Arguments> provideArguments(ParameterDeclarations parameters,
            ExtensionContext context) {
            return placed(Party.ALL.stream()
                .flatMap(loses -> of(context).flatMap(pairing -> Party.ALL.stream()
                    .filter(hangsUp -> isFull(context) || isTurn(pairing, loses, hangsUp))
                    .map(hangsUp -> Arguments.of(pairing, loses, hangsUp)))),
                context);
        }

        private static boolean isTurn(Pairing pairing, Party loses, Party hangsUp) {
            return (hangsUp == loses) == (pairing == SIP_JS_CALLS_JSSIP);
        }
    }

    /** A side of a call. */
    enum Party {
        CALLER,
        CALLEE;

        static final List<Party> ALL = List.of(values());

        BrowserPhone of(BrowserPhone caller, BrowserPhone callee) {
            return this == CALLER ? caller : callee;
        }

        BrowserPhone other(BrowserPhone caller, BrowserPhone callee) {
            return this == CALLER ? callee : caller;
        }
    }
}
