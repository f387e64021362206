package io.resourcelink.benchmark;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.resourcelink.benchmark.handoff.Producer;

/**
 * Hand-off latencies as a bar chart: for each size a group of bars, a bar for each way, its length the logarithm of how many
 * plain copies it costs. SVG written here, as that needs no fonts of the machine it is made on and is the same everywhere.
 */
final class HandOffChart {

    private static final String PART = "handoff";
    private static final int WIDTH = 900;
    private static final int LEFT = 330;
    private static final int RIGHT = 60;
    private static final int TOP = 60;
    private static final int BAR = 14;
    private static final int GAP = 34;

    private final Map<String, List<Measurement>> sizes = new LinkedHashMap<>();
    private final StringBuilder svg = new StringBuilder();
    private double decades = 1;

    HandOffChart(Results results) {
        List<String> order = Producer.ways();
        for (Measurement measurement : results.of(PART)) {
            if (measurement.unit().equals("copies")) {
                sizes.computeIfAbsent(measurement.subject(), _ -> new ArrayList<>()).add(measurement);
                decades = Math.max(decades, Math.ceil(Math.log10(measurement.value())));
            }
        }
        sizes.values().forEach(ways -> ways.sort((one, other) -> Integer.compare(order.indexOf(one.way()),
                order.indexOf(other.way()))));
    }

    /** {@return the chart as a document} */
    String svg() {
        int height = TOP + sizes.values().stream().mapToInt(ways -> GAP + ways.size() * BAR).sum() + 20;
        svg.append(String.format(Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
                        + " font-size=\"11\">\n",
                WIDTH, height));
        svg.append("""
                <style>
                  text { fill: #24292f } .axis { stroke: #d0d7de } .other { fill: #8c959f } .ours { fill: #1f6feb }
                  @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .axis { stroke: #3d444d } }
                </style>
                """);
        text(20, 24, "start", 15, "Handing a payload to another JVM, in plain copies of it");
        axis(height);
        int y = TOP;
        for (Map.Entry<String, List<Measurement>> size : sizes.entrySet()) {
            text(20, y + 22, "start", 13, Tables.bytes(Long.parseLong(size.getKey())));
            y += GAP;
            for (Measurement way : size.getValue()) {
                bar(y, way);
                y += BAR;
            }
        }
        return svg.append("</svg>\n").toString();
    }

    private void axis(int height) {
        for (int decade = 0; decade <= decades; decade++) {
            int x = x(Math.pow(10, decade));
            svg.append(String.format(Locale.ROOT, "<line class=\"axis\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n", x,
                    TOP, x,
                    height - 16));
            text(x, TOP - 6, "middle", 11, String.format(Locale.ROOT, "%,.0f", Math.pow(10, decade)));
        }
    }

    private void bar(int y, Measurement way) {
        boolean ours = Producer.isOurs(way.way());
        int end = Math.max(x(way.value()), LEFT + 1);
        text(LEFT - 8, y + 10, "end", 11, Producer.label(way.way()).replace("`", ""));
        svg.append(String.format(Locale.ROOT, "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>\n",
                ours ? "ours" : "other",
                LEFT, y, end - LEFT, BAR - 3));
        text(end + 5, y + 10, "start", 11, Table.number(way.value()));
    }

    private int x(double copies) {
        return LEFT + (int) Math.round((WIDTH - LEFT - RIGHT) * Math.log10(Math.max(copies, 1)) / decades);
    }

    private void text(int x, int y, String anchor, int size, String words) {
        svg.append(String.format(Locale.ROOT, "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\" font-size=\"%d\">%s</text>\n",
                x, y, anchor, size,
                words.replace("&", "&amp;").replace("<", "&lt;")));
    }
}
