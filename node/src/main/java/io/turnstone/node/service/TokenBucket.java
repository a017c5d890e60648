package io.turnstone.node.service;

/** So many a second, and those of a few seconds at once after a pause. One thread. */
public final class TokenBucket {
    private static final long MS_PER_SECOND = 1_000;

    private final long perSecond;
    private final long fullMs;
    private long thousandths;
    private long filledMs;

    /** @param burstSeconds whose share may come at once; it is full at {@code nowMs} */
    public TokenBucket(int perSecond, int burstSeconds, long nowMs) {
        this.perSecond = perSecond;
        this.fullMs = burstSeconds * MS_PER_SECOND;
        this.thousandths = fullMs * perSecond;
        this.filledMs = nowMs;
    }

    /** Whether one more may come now; then it has. */
    public boolean take(long nowMs) {
        long passedMs = Math.clamp(nowMs - filledMs, 0, fullMs);
        thousandths = Math.min(fullMs * perSecond, thousandths + passedMs * perSecond);
        filledMs = nowMs;
        if (thousandths < MS_PER_SECOND) {
            return false;
        }
        thousandths -= MS_PER_SECOND;
        return true;
    }
}
