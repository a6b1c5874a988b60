"""Write the course's PDF handout and DOCX assignment: ``pip install fpdf2 python-docx && python binder/handouts.py``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from docx import Document
from fpdf import FPDF

COURSE = Path(__file__).resolve().parent / "course"
EDITION = datetime(2024, 4, 1, tzinfo=UTC)

HANDOUT = {
    "Why values are missing": [
        "Every missing value has a history. A sensor froze, a person skipped a question, a file was cut off, two tables "
        "did not match. Before you decide what to do about a gap, ask how it came about: the same treatment can be "
        "harmless in one case and ruin the result in another. Statisticians tell three mechanisms apart.",
        "Missing completely at random (MCAR). Whether a value is missing has nothing to do with any value, known or "
        "unknown. A page of the log book got wet; a packet was lost on the radio link. The rows that remain are a "
        "random sample of all rows, so every estimate from them is still right on average. You lose precision, nothing else.",
        "Missing at random (MAR). Whether a value is missing depends on values that you do know, and on nothing else. The "
        "older bicycles record no distance, and the age of each bicycle is in the table. Among bicycles of the same "
        "age the gaps are random. Estimates are right if you take the known values into account, by comparing within "
        "groups or by a model that contains them.",
        "Missing not at random (MNAR). Whether a value is missing depends on the missing value itself. People with very "
        "high incomes do not state them; a scale shows nothing above its limit. No method that looks only at the table can "
        "repair this, because the information is not there. You need knowledge from outside, or you must report a "
        "range of possible results.",
        "The data alone cannot tell MAR from MNAR: the values that would decide it are the missing ones. What you can test is "
        "whether gaps are related to known columns. Make a column that is true where the value is missing, group by other "
        "columns, and compare the shares. Different shares rule out MCAR.",
    ],
    "Leaving rows out": [
        "Complete-case analysis, also called listwise deletion, drops each row that has a gap in any column that is used. It is "
        "right under MCAR and usually wrong otherwise. It is also wasteful: if each of ten columns misses 5 % of its values "
        "independently, only about 60 % of the rows are complete, since 0.95 to the power of 10 is 0.599.",
        "Available-case analysis, or pairwise deletion, uses for each number all rows that have what this number needs. "
        "pandas does so by default: the mean of a column skips its gaps, and a correlation uses the rows in which both "
        "columns are present. Each number then rests on different rows, so numbers may contradict each other, and a "
        "matrix of such correlations may be one that no complete table could have.",
        "If you drop rows, write down how many, and compare the dropped ones with those that remain in the columns you "
        "know. If they differ, say in which direction the result is likely to be off.",
    ],
    "Filling in: single values": [
        "Filling with the mean keeps the mean and damages everything else. The standard deviation shrinks, because a heap of "
        "values is put exactly in the middle. Correlations move towards zero. If 20 % of the values are filled with the mean, "
        "the variance falls by about 20 %.",
        "Filling with the mean or median of the group keeps the differences between groups and is the least that should be "
        "done under MAR. In pandas: column.fillna(column.groupby(key).transform('median')).",
        "Carrying the last value forward is meant for quantities that stay as they are until they change, such as a "
        "price or the state of a switch. For a quantity that varies all the time it invents plateaus, and for "
        "amounts such as rainfall it invents rain.",
        "Regression filling predicts the missing value from other columns. The filled values lie exactly on the line, so "
        "the relation looks stronger than it is. Adding a random residual to each prediction repairs this.",
        "Zero is a value, not a gap. Fill with zero only if no record means that nothing happened, as with "
        "a count of trips on a day without trips. Always keep a column that says which values were filled.",
    ],
    "Filling in: multiple imputation": [
        "A filled value looks as certain as a measured one. Multiple imputation keeps the uncertainty. Fill the gaps "
        "several times, each time with random draws from a model of the missing values; analyse each completed "
        "table in the ordinary way; then combine the results.",
        "The combined estimate is the mean of the single estimates. Its variance has two parts, after Rubin: the mean of the "
        "single variances (W, within), and the variance of the estimates among themselves (B, between). With m completed "
        "tables the total is T = W + (1 + 1/m) B. The second part is what a single filling hides.",
        "Five to twenty tables are enough for most purposes; a rule of thumb takes as many as the percentage of incomplete rows. "
        "The model for filling must contain every column of the later analysis, the outcome included. Otherwise "
        "the relation you want to study is filled away.",
    ],
    "A worked example": [
        "In the bicycle data 28 of 624 recorded trips have no distance. Step one, count by group: if the share of gaps "
        "is about the same for members and casual riders, for all stations and for each hour, nothing speaks against "
        "MCAR. Step two, decide by the question. For the number of trips the distance does not matter, so keep all rows. For "
        "the mean distance, drop the rows with gaps; 4.5 % is little. For the total of all kilometres, dropping would make the "
        "total too small by about 4.5 %, so fill each gap with the trip's minutes times the median speed of its rider type.",
        "Step three, report: 'Distances of 28 trips (4.5 %) were not recorded; they were estimated from duration and "
        "rider type. Without them the total is lower by the share they contribute.' One sentence is enough, but it must be there.",
        "Checklist. (1) How many values are missing, and where? (2) Is being missing related to a known column? (3) What would "
        "have to be true for my treatment to be right? (4) Does the result change if I treat the gaps in another way? (5) Can "
        "a reader see what I did? A result that changes a lot under (4) is a result about your treatment, not about the world.",
    ],
}


def write_handout(path: Path) -> None:
    pdf = FPDF(format="A4")
    pdf.set_creation_date(EDITION)
    pdf.set_title("Missing data: lecture handout")
    pdf.set_author("Python for Data Work")
    pdf.set_margins(25, 25)
    pdf.set_auto_page_break(True, margin=25)
    for number, (heading, paragraphs) in enumerate(HANDOUT.items(), start=1):
        pdf.add_page()
        pdf.set_font("Helvetica", size=9)
        pdf.cell(0, 6, f"Python for Data Work - Missing data - page {number}", new_x="LMARGIN", new_y="NEXT")
        pdf.ln(4)
        pdf.set_font("Helvetica", "B", 16)
        pdf.cell(0, 10, f"{number}. {heading}", new_x="LMARGIN", new_y="NEXT")
        pdf.ln(2)
        pdf.set_font("Times", size=12)
        for paragraph in paragraphs:
            pdf.multi_cell(0, 6.2, paragraph, new_x="LMARGIN", new_y="NEXT")
            pdf.ln(3)
    pdf.output(str(path))


def write_assignment(path: Path) -> None:
    document = Document()
    properties = document.core_properties
    properties.title, properties.author = "Assignment 1", "Python for Data Work"
    properties.created = properties.modified = EDITION.replace(tzinfo=None)
    document.add_heading("Assignment 1: Where do the bicycles go?", level=0)
    document.add_paragraph(
        "Due at the end of week 5. Worth 25 % of the mark, 40 points in all. Hand in one notebook that runs from top to "
        "bottom in a fresh kernel, and one Python module with the functions it uses."
    )
    document.add_heading("Background", level=1)
    document.add_paragraph(
        "The city wants to know which stations run out of bicycles, and whether the station at the airfield was worth building. "
        "You have three files: the stations, the recorded trips of eight weeks, and the daily weather. The trips contain faults, "
        "and finding them is part of the task."
    )
    document.add_heading("Tasks", level=1)
    for task in (
        "Read the three files with the right types. Say in words what counts as missing in each column. (6 points)",
        "Clean the trips. For each kind of fault state your rule, the reason for it, and how many rows it concerns. (10 points)",
        "Join the trips with the stations so that no trip is lost. List the station ids without a row in the station table, and "
        "the stations without a trip. Use validate= to show that your join cannot multiply rows. (8 points)",
        "For each district compute the number of trips, the median duration, and the share of trips by members. (6 points)",
        "For each station compute the number of trips per dock, and name the three stations where it is largest. Explain why "
        "trips per dock is a better measure than trips, and what it still leaves out. (6 points)",
        "Write two tests for your cleaning functions, one of them for an odd case. (4 points)",
    ):
        document.add_paragraph(task, style="List Number")
    document.add_heading("Marking", level=1)
    table = document.add_table(rows=1, cols=2)
    table.style = "Table Grid"
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Criterion", "Share of each task's points"
    for criterion, share in (
        ("The numbers are right", "50 %"),
        ("Decisions are stated and justified", "30 %"),
        ("The code is readable and is made of functions", "20 %"),
    ):
        cells = table.add_row().cells
        cells[0].text, cells[1].text = criterion, share
    document.add_heading("Rules", level=1)
    document.add_paragraph(
        "Late work loses 10 % of its points per day begun and is not marked after five days. You may discuss the task with others, "
        "but the code must be yours; name everybody and everything that helped you. A notebook that does not run in a fresh "
        "kernel gets at most half of the points."
    )
    document.add_heading("Hints", level=1)
    for hint in (
        "Look at minimum and maximum of each number column before anything else.",
        "Rider types are written in more than one way.",
        "A left join with indicator=True shows both kinds of rows without a partner.",
    ):
        document.add_paragraph(hint, style="List Bullet")
    document.save(str(path))


if __name__ == "__main__":
    write_handout(COURSE / "missing-data-handout.pdf")
    write_assignment(COURSE / "assignment-1.docx")
