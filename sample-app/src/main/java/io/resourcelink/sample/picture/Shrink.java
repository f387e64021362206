package io.resourcelink.sample.picture;

/** What becomes of the square of pixels that one pixel of a smaller picture stands for. */
public enum Shrink {

    /** Their mean, weighted by alpha if there is one. For pictures. */
    MEAN,

    /** The strongest of them. For lines on black, which a mean would make fade away. */
    STRONGEST
}
