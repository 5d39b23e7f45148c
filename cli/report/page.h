#pragma once
#include <string>

#include "report/html.h"
#include "report/run_files.h"
#include "report/words.h"

namespace convgrad::cli {

/// The report of a run as one HTML file that needs nothing else.
std::string page_of(const RunFiles& run, const ReportOptions& options);
/// The same of two runs, beside each other.
std::string page_of(const RunFiles& first, const RunFiles& second, const ReportOptions& options);

/// Reads the run's folder and writes its report.html.
void write_report(const std::string& folder, const ReportOptions& options);

// The page's sections, each of its own; nothing where the run has nothing for it.
void write_head(Html& out, const RunFiles& run, const ReportOptions& options);
void write_curves(Html& out, const RunFiles& run);
void write_confusion(Html& out, const RunFiles& run);
void write_mistakes(Html& out, const RunFiles& run, const ReportOptions& options);
void write_filters(Html& out, const RunFiles& run);
void write_layers(Html& out, const RunFiles& run);
void write_reproduction(Html& out, const RunFiles& run, const ReportOptions& options);

/// What stands around the sections: the head with its policy, style and sheets of pictures; the script and the end.
/// `sections`: their ids and names, for the bar of links.
void begin_page(Html& out, const std::string& title);
void write_links(Html& out, const std::vector<std::pair<std::string, std::string>>& sections);
void write_sheets(Html& out, const RunFiles& run);
void end_page(Html& out, const std::string& curves_json, const std::string& foot);

/// Tile `position` of a sheet, about `high` pixels high, with the words for who does not see it.
std::string tile(const RunFiles& run, const std::string& sheet, int64_t position, int64_t high,
                 const std::string& words);
/// A command with its button to copy it. Each needs an id of its own.
void write_command(Html& out, const std::string& id, const std::string& what, const std::string& command);

/// The curves of a run for the script, as JSON: {"loss": {x, y, smooth, epochs …}, "accuracy": …}.
std::string curves_json(const RunFiles& run);
/// "1.2 MB".
std::string bytes_text(int64_t bytes);

}  // namespace convgrad::cli
