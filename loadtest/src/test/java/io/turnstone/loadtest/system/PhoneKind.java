package io.turnstone.loadtest.system;

/** The SIP libraries that calls are made with, in the versions of {@code src/test/npm}, and the browsers that they run in. */
enum PhoneKind {
    SIP_JS(Browser.CHROMIUM),
    JSSIP(Browser.CHROMIUM),
    SIP_JS_IN_FIREFOX(Browser.FIREFOX);

    private final Browser browser;

    /** Debian's. */
    enum Browser {
        CHROMIUM,
        FIREFOX
    }

    PhoneKind(Browser browser) {
        this.browser = browser;
    }

    Browser browser() {
        return browser;
    }

    /** What the page calls the library. */
    String library() {
        return this == JSSIP ? "JSSIP" : "SIP_JS";
    }
}
