import csv
import io

from flask import Response


def to_csv(header, rows) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return buffer.getvalue()


def csv_response(filename, header, rows):
    response = Response(to_csv(header, rows), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="%s"' % filename
    return response
