package io.turnstone.loadtest.system;

import com.microsoft.playwright.Page;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The demo's page in a browser, both sides of the call in one tab. One thread. */
final class DemoPageDriver {
    private static final int FRAMES = 120;
    private static final double CONNECTED_MS_MAX = 60_000;
    /** What the page shows of a kill, which is what follows it within 15 s. */
    private static final double STORY_MS = 15_000;

    private final Page page;

    private DemoPageDriver(Page page) {
        this.page = page;
    }

    /** Every node is ready when this returns. */
    static DemoPageDriver open(Browsers browsers, DemoProcess demo) {
        Page page = browsers.page();
        page.setViewportSize(1_240, 1_200);
        page.navigate(demo.url());
        DemoPageDriver driver = new DemoPageDriver(page);
        driver.awaitReady();
        return driver;
    }

    private void awaitReady() {
        await("nodes => turnstone.nodes.filter(node => node.ready).length === nodes", DemoProcess.NODES);
    }

    /** Which port a side uses: that of a node alone, or with "" the shared one. */
    void choose(String side, String node) {
        page.selectOption("#side-" + side + " select", node);
    }

    /** Video has flowed both ways for some seconds when this returns. */
    void call() {
        page.click("#call");
        await("""
            frames => ['a', 'b'].every(name => {
                const side = turnstone.sides[name];
                return side && side.node && side.entry && side.framesDecoded > frames;
            })""", FRAMES);
    }

    /** Kills the node under a side and waits until the page has seen what there is to see. */
    Map<String, Outcome> kill(String side) {
        int kills = ((Number) page.evaluate("turnstone.kills.length")).intValue();
        page.click("#side-" + side + " .kill");
        await("count => turnstone.kills.length > count", kills);
        page.waitForTimeout(STORY_MS);
        return Map.of("a", outcome("a"), "b", outcome("b"));
    }

    /** Presses "Start again" of the node that was killed; it is ready when this returns. */
    void startKilledNode() {
        page.click("#nodes button");
        await("nodes => turnstone.nodes.filter(node => node.running).length === nodes", DemoProcess.NODES);
        awaitReady();
    }

    void hangUp() {
        page.click("#hangup");
    }

    /** The plot as an SVG document. */
    String plot() {
        return String.valueOf(page.evaluate("document.querySelector('#plot svg').outerHTML"));
    }

    byte[] screenshot() {
        return page.screenshot(new Page.ScreenshotOptions().setFullPage(true));
    }

    private Outcome outcome(String side) {
        Map<?, ?> result = (Map<?, ?>) page.evaluate("side => turnstone.kills.at(-1).results[side]", side);
        return Outcome.read(result, ms(result, "gap"), ms(result, "usualGap"));
    }

    private static double ms(Map<?, ?> result, String gap) {
        Map<?, ?> longest = (Map<?, ?>) Objects.requireNonNull(result.get(gap), gap);
        return ((Number) Objects.requireNonNull(longest.get("ms"))).doubleValue();
    }

    /** The same of both sides, such as {@code side.node}. */
    List<String> both(String expression) {
        List<?> values = (List<?>) page
            .evaluate("() => ['a', 'b'].map(name => turnstone.sides[name]).map(side => " + expression + ")");
        return values.stream().map(String::valueOf).toList();
    }

    private void await(String condition, Object argument) {
        page.waitForFunction(condition, argument, new Page.WaitForFunctionOptions().setTimeout(CONNECTED_MS_MAX));
    }
}
