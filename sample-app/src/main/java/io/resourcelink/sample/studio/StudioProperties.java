package io.resourcelink.sample.studio;

import java.net.URI;
import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The studio's settings.
 *
 * @param maxFrames how many frames are kept; the oldest is released for one more
 * @param maxPixels how many pixels an uploaded picture may have
 * @param workers how many workers are started, 0 to 4
 * @param workerTimeout how long a frame waits for a worker, and how long a worker may give no sign of life, or be busy with one frame
 * @param workerHeap a worker's heap, which does not grow with the pictures
 * @param workerOptions further options of a worker's JVM
 * @param comparisonTime how long each way is measured to a worker that reads a frame
 * @param framesFrom the page of the studio from which frames come as claims, if this is the second one of two; then nothing is drawn here
 * until a person asks for it
 * @param kept how long a frame stays that a person asks to keep
 */
@ConfigurationProperties("studio")
public record StudioProperties(@DefaultValue("8") int maxFrames, @DefaultValue("50000000") long maxPixels,
        @DefaultValue("2") int workers, @DefaultValue("30s") Duration workerTimeout,
        @DefaultValue("128MB") DataSize workerHeap, @DefaultValue( {
        }) List<String> workerOptions, @DefaultValue("1s") Duration comparisonTime, @Nullable URI framesFrom,
        @DefaultValue("20s") Duration kept){

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is too small to work with
     */
    public StudioProperties {
        workerOptions = List.copyOf(workerOptions);
        if (maxFrames < 1 || maxPixels < 1 || !workerTimeout.isPositive() || !kept.isPositive()
                || !comparisonTime.isPositive()) {
            throw new IllegalArgumentException(
                    "studio.max-frames, studio.max-pixels, studio.worker-timeout, studio.comparison-time and studio.kept"
                            + " must be positive.");
        }
        if (workers < 0 || workers > Workers.MOST) {
            throw new IllegalArgumentException("studio.workers must be 0 to " + Workers.MOST + ".");
        }
    }
}
