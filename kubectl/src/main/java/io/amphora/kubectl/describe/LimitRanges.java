package io.amphora.kubectl.describe;

import io.amphora.kubectl.Selection.Found;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.List;
import java.util.TreeSet;

/// A LimitRange as a table.
final class LimitRanges implements Describer {
    @Override
    public void describe(Found found, Page page, Look look) {
        Describer.named(found, page);
        heading(page, "");
        rows(page, found.object(), "");
    }

    static void heading(Page page, String space) {
        page.line(space + "Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio");
        page.line(space + "----\t--------\t---\t---\t---------------\t-------------\t-----------------------");
    }

    static void rows(Page page, ObjectTree range, String space) {
        for (Tree each : range.object("spec").list("limits")) {
            ObjectTree limit = each.object();
            var resources = new TreeSet<String>();
            List<String> columns = List.of("min", "max", "defaultRequest", "default", "maxLimitRequestRatio");
            for (String column : columns) resources.addAll(limit.object(column).names());
            for (String resource : resources) {
                var row = new StringBuilder(space + limit.text("type") + "\t" + resource);
                for (String column : columns) {
                    String value = limit.object(column).text(resource);
                    row.append('\t').append(value.isEmpty() ? "-" : value);
                }
                page.line(row.toString());
            }
        }
    }
}
