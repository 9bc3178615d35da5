"""Draw fields and episodes: pictures, films, windows, pages; and the commands of the command line.

palette, relief, camera, fan, terrain, text, legend, picture    arrays in, pictures out
oklab, categories, two_channels, looks                          colours: equally light, of categories, of two quantities
forager, lifeline, maze_picture, foraging_scene                 a forager in its maze
reel, views, film, studio, stills                               fields as frames, scenes of films, pictures
film_zoom, film_approach, film_pair, film_words                 scenes: a zoom, the way to two pixels, their foragers
film_story, film_clip                                           the demo's film; ten seconds to post
video, encoder, animation, webp, probe, intact                  frames as files and back; checks that files are whole
page/, studies/                                                 pages of studies; the studies that come with the program
share/                                                          a landscape as one HTML page that plays foragers
notebook/                                                       the names of `import foragescape`
commands/                                                       what the command line calls
window/                                                         windows; only pygame_window in it uses pygame
gallery/                                                        the pictures of README.md
"""
