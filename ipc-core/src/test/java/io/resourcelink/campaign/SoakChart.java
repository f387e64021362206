package io.resourcelink.campaign;

import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/** Four lines over time, one above the other, each with its own scale from zero. */
final class SoakChart {

    private static final int WIDTH = 720;
    private static final int HEIGHT = 90;
    private static final int GAP = 40;
    private static final int LEFT = 110;
    private static final int POINTS = 300;

    private final List<Sample> samples;
    private final StringBuilder svg = new StringBuilder();
    private final Formatter text = new Formatter(svg, Locale.ROOT);
    private int top = GAP;

    SoakChart(List<Sample> samples) {
        this.samples = samples;
    }

    String svg() {
        text.format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"13\">%n",
                LEFT + WIDTH + GAP, 4 * (HEIGHT + GAP) + GAP);
        svg.append("""
                <style>
                  text { fill: #24292f } .axis { stroke: #d0d7de } .line { stroke: #1f6feb; fill: none }
                  @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .axis { stroke: #3d444d } }
                </style>
                """);
        line("memory (MiB)", sample -> sample.memory() >> 10);
        line("descriptors", Sample::descriptors);
        line("mappings", Sample::mappings);
        line("threads", Sample::threads);
        text.format("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%,d s, %,d operations</text>%n", LEFT + WIDTH,
                top - GAP / 2,
                samples.getLast().second(), samples.getLast().operations());
        return svg.append("</svg>\n").toString();
    }

    private void line(String name, ToLongFunction<Sample> value) {
        long most = Math.max(1, samples.stream().mapToLong(value).max().orElse(1));
        int bottom = top + HEIGHT;
        text.format("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>%n", LEFT - 10, top + HEIGHT / 2, name);
        text.format("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%,d</text>%n", LEFT - 10, top + 5, most);
        text.format("<line class=\"axis\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>%n", LEFT, bottom, LEFT + WIDTH,
                bottom);
        svg.append("<polyline class=\"line\" points=\"");
        int step = Math.max(1, samples.size() / POINTS);
        for (int i = 0; i < samples.size(); i += step) {
            double x = LEFT + (double) WIDTH * i / Math.max(1, samples.size() - 1);
            double y = bottom - (double) HEIGHT * value.applyAsLong(samples.get(i)) / most;
            text.format("%.1f,%.1f ", x, y);
        }
        svg.append("\"/>\n");
        top = bottom + GAP;
    }
}
