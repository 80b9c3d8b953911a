"""The comment form in a browser."""


def send(page):
    page.get_by_role("button", name="Send", exact=True).click()


def picture(page):
    return page.locator("#captcha img").get_attribute("src")
