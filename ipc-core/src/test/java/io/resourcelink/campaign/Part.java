package io.resourcelink.campaign;

/** One kind of attack. A seed decides all that is drawn at random, so it can be repeated. */
public interface Part {

    /** {@return the name, as in {@code -Dcampaign.only}} */
    String name();

    /**
     * Runs a seed, which takes some seconds up to a minute.
     *
     * @param seed the seed
     * @return what was done and found
     * @throws Exception if it could not be run
     */
    Outcome run(long seed) throws Exception;
}
