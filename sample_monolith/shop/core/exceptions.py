"""Base errors. The domains derive their own; the error handler knows only these."""


class ShopError(Exception):
    status = 400
    code = "error"

    def __init__(self, message="", **details):
        super().__init__(message or self.code)
        self.message = message or self.code
        self.details = details

    def to_dict(self):
        error = {"code": self.code, "message": self.message}
        if self.details:
            error["details"] = self.details
        return {"error": error}


class BadRequest(ShopError):
    status = 400
    code = "bad_request"


class AuthRequired(ShopError):
    status = 401
    code = "auth_required"


class Forbidden(ShopError):
    status = 403
    code = "forbidden"


class NotFound(ShopError):
    status = 404
    code = "not_found"


class Conflict(ShopError):
    status = 409
    code = "conflict"


class ValidationError(ShopError):
    status = 422
    code = "validation_failed"

    def __init__(self, message="The request did not validate", **fields):
        super().__init__(message, **fields)
